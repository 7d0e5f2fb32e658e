'use strict';
const form = document.querySelector('form');
const rules = [...document.querySelectorAll('details.rule')];
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
    const visible = verdicts.has(rule.dataset.verdict)
      && (!level || rule.dataset.level === level)
      && (!area || rule.dataset.area === area)
      && (!against || rule.dataset.documents.split(' ').includes(against))
      && (!text || texts.get(rule).includes(text));
    rule.hidden = !visible;
    shown += visible;
  }
  for (const section of document.querySelectorAll('section.area')) {
    section.hidden = !section.querySelector('details.rule:not([hidden])');
  }
  count.textContent = shown + ' of ' + rules.length + ' rules shown';
}

function show() {
  const rule = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!rule) return;
  rule.hidden = false;
  const section = rule.closest('section.area');
  if (section) section.hidden = false;
  if (rule.tagName === 'DETAILS') rule.open = true;
  rule.scrollIntoView();
}

form.hidden = false;
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', filter);
addEventListener('hashchange', show);
filter();
show();
