'use strict';
const form = document.querySelector('form');
const rules = [...document.querySelectorAll('.rule')];
const count = document.getElementById('count');
const texts = new Map(rules.map((rule) => [rule, rule.textContent.toLowerCase()]));

function filter() {
  const data = new FormData(form);
  const verdicts = new Set(data.getAll('verdict'));
  const text = data.get('text').trim().toLowerCase();
  const level = data.get('level');
  const against = data.get('document');
  const area = data.get('area');
  let shown = 0;
  for (const rule of rules) {
    const visible = rule.dataset.verdict.split(' ').some((verdict) => verdicts.has(verdict))
      && (!level || rule.dataset.level === level)
      && (!area || rule.dataset.area === area)
      && (!against || rule.dataset.documents.split(' ').includes(against))
      && (!text || texts.get(rule).includes(text));
    rule.hidden = !visible;
    shown += visible;
  }
  for (const area of document.querySelectorAll('.area')) {
    area.hidden = !area.querySelector('.rule:not([hidden])');
  }
  for (const cell of document.querySelectorAll('td')) {
    const parts = [...cell.querySelectorAll('[data-of]')];
    const chosen = parts.find((part) => part.dataset.of === against) || (against ? null : parts[0]);
    for (const part of parts) part.hidden = part !== chosen;
  }
  count.textContent = shown + ' of ' + rules.length + ' rules shown';
}

function show() {
  const rule = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!rule) return;
  rule.hidden = false;
  const area = rule.closest('.area');
  if (area) area.hidden = false;
  if (rule.tagName === 'DETAILS') rule.open = true;
  rule.scrollIntoView();
}

form.hidden = false;
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', filter);
addEventListener('hashchange', show);
filter();
show();
