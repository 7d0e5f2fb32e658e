//! Forms, links and text of an HTML document.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::page::{Field, Form, Link, Page};
use crate::wire::Response;

/// Whether elements may be nested so deeply that a parser, which looks through all that are open at
/// every tag, does not come to an end. Browsers stop at 512.
fn is_too_deep(html: &str) -> bool {
    const DEEPEST: usize = 4096;
    /// Elements without an end tag, and those whose end tag may be left out.
    const SHALLOW: [&str; 24] = [
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link",
        "meta", "option", "p", "param", "source", "td", "th", "tr", "track", "wbr", "!doctype",
        "!--",
    ];
    let mut depth = 0_usize;
    html.split('<').skip(1).any(|tag| {
        let name = tag.split(|c: char| c.is_ascii_whitespace() || "/>".contains(c)).next();
        let name = name.unwrap_or_default();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !SHALLOW.iter().any(|it| name.eq_ignore_ascii_case(it))
        {
            depth += 1;
        }
        depth > DEEPEST
    })
}

/// What stands elsewhere in a document than the form or the field that it belongs to, by identifier.
struct Elsewhere<'d> {
    labels: HashMap<&'d str, ElementRef<'d>>,
    fields: HashMap<&'d str, Vec<ElementRef<'d>>>,
}

impl<'d> Elsewhere<'d> {
    fn of(document: &'d Html) -> Self {
        let mut found = Self { labels: HashMap::new(), fields: HashMap::new() };
        for label in select(document, "label[for]") {
            found.labels.entry(label.attr("for").unwrap_or_default()).or_insert(label);
        }
        for field in select(document, "[form]") {
            found.fields.entry(field.attr("form").unwrap_or_default()).or_default().push(field);
        }
        found
    }
}

fn read_form(elsewhere: &Elsewhere<'_>, form: ElementRef<'_>, base: &Url) -> Form {
    let method = form.attr("method").unwrap_or("GET").to_ascii_uppercase();
    let action = form.attr("action").filter(|action| !action.is_empty());
    let inside = descendants(form, "input, button, select, textarea");
    let id = form.attr("id").unwrap_or_default();
    let owned = elsewhere.fields.get(id).filter(|_| !id.is_empty());
    Form {
        method: if method == "POST" { method } else { "GET".to_owned() },
        action: action.and_then(|action| base.join(action).ok()).unwrap_or_else(|| base.clone()),
        fields: inside
            .filter(|element| element.attr("disabled").is_none())
            .chain(owned.into_iter().flatten().copied())
            .map(|e| read_field(elsewhere, e))
            .collect(),
    }
}

fn read_field(elsewhere: &Elsewhere<'_>, element: ElementRef<'_>) -> Field {
    let attr = |name: &str| element.attr(name).unwrap_or_default().to_owned();
    let tag = element.value().name();
    let kind = match tag {
        "input" => element.attr("type").unwrap_or("text").to_ascii_lowercase(),
        "button" => element.attr("type").unwrap_or("submit").to_ascii_lowercase(),
        _ => tag.to_owned(),
    };
    let value = match tag {
        "select" => select_value(element),
        "textarea" => element.text().collect(),
        _ if matches!(kind.as_str(), "checkbox" | "radio") => {
            element.attr("value").unwrap_or("on").to_owned()
        }
        _ => attr("value"),
    };
    let label = match tag {
        "button" => fold(&element.text().collect::<String>()),
        _ if matches!(kind.as_str(), "submit" | "image") => value.clone(),
        _ => label_of(elsewhere, element),
    };
    Field {
        name: attr("name"),
        label,
        checked: element.attr("checked").is_some(),
        kind,
        value,
        required: element.attr("required").is_some(),
        autocomplete: attr("autocomplete").to_ascii_lowercase(),
    }
}

fn select_value(element: ElementRef<'_>) -> String {
    let chosen = descendants(element, "option[selected]").next();
    let option = chosen.or_else(|| descendants(element, "option").next());
    option
        .map(|option| match option.attr("value") {
            Some(value) => value.to_owned(),
            None => fold(&option.text().collect::<String>()),
        })
        .unwrap_or_default()
}

fn label_of(elsewhere: &Elsewhere<'_>, element: ElementRef<'_>) -> String {
    let around =
        element.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "label");
    let by_id = || {
        let id = element.attr("id")?;
        elsewhere.labels.get(id).copied()
    };
    let hint = || element.attr("aria-label").or_else(|| element.attr("placeholder")).map(fold);
    let text = around.or_else(by_id).map(|label| fold(&label.text().collect::<String>()));
    text.or_else(hint).unwrap_or_default()
}

/// After more seconds than this the user has gone on, or the page is about a time-out.
const LATER: f64 = 30.0;

/// Where a meta refresh leads: what stands behind the seconds (HTML, "shared declarative refresh steps").
fn refresh_target(content: &str) -> Option<String> {
    let (seconds, rest) = content.split_once([';', ','])?;
    let seconds: f64 = seconds.trim().parse().ok()?;
    if seconds > LATER {
        return None;
    }
    let rest = rest.trim_start();
    let named = rest.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("url"));
    let value =
        rest.get(3..).filter(|_| named).and_then(|rest| rest.trim_start().strip_prefix('='));
    let value = value.unwrap_or(rest).trim();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = quote.map_or(value, |quote| value[1..].split(quote).next().unwrap_or_default());
    Some(inner.to_owned()).filter(|inner| !inner.is_empty())
}

fn read_link(element: ElementRef<'_>, base: &Url) -> Option<Link> {
    let url = base.join(element.attr("href")?).ok()?;
    Some(Link { url, label: fold(&element.text().collect::<String>()) })
}

/// Whether a script sends the only form as it stands: nothing can be typed, pressed or followed instead, so that
/// the script waits for nothing that the user does.
fn sends_itself(document: &Html, forms: &[Form]) -> bool {
    let [form] = forms else { return false };
    let hidden = form.fields.iter().all(|field| field.kind == "hidden");
    let choices = "button, a[href], area[href], input:not([type='hidden' i]), select, textarea";
    let alone = hidden && first(document, choices).is_none();
    let script = select(document, "script").map(|it| it.text().collect::<String>());
    let loaded = select(document, "body[onload]").filter_map(|body| body.attr("onload"));
    let mut sends = script.chain(loaded.map(str::to_owned)).filter(|it| it.contains("submit()"));
    alone && sends.next().is_some()
}

/// What a browser fetches for a page without being asked.
fn loads(document: &Html, base: &Url) -> Vec<Url> {
    let sources = select(document, "[src]").filter_map(|element| element.attr("src"));
    let linked = "link[rel~='stylesheet' i][href], link[rel~='icon' i][href]";
    let links = select(document, linked).filter_map(|element| element.attr("href"));
    sources.chain(links).filter_map(|address| base.join(address).ok()).collect()
}

fn visible_text(document: &Html) -> String {
    let hidden = ["script", "style", "template"];
    let text: Vec<&str> = document
        .tree
        .nodes()
        .filter_map(|node| {
            let text = node.value().as_text()?;
            let parent = node.parent().and_then(ElementRef::wrap)?;
            (!hidden.contains(&parent.value().name())).then_some(&**text)
        })
        .collect();
    fold(&text.join(" "))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Selectors are parsed once: pages are read by the thousand.
fn selector(css: &'static str) -> Option<Arc<Selector>> {
    static PARSED: LazyLock<Mutex<HashMap<&'static str, Arc<Selector>>>> =
        LazyLock::new(Mutex::default);
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = parsed.get(css) {
        return Some(Arc::clone(known));
    }
    let fresh = Arc::new(Selector::parse(css).ok()?);
    parsed.insert(css, Arc::clone(&fresh));
    Some(fresh)
}

fn select<'a>(
    document: &'a Html,
    css: &'static str,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let found: Vec<ElementRef<'a>> =
        selector(css).map(|css| document.select(&css).collect()).unwrap_or_default();
    found.into_iter()
}

fn first<'a>(document: &'a Html, css: &'static str) -> Option<ElementRef<'a>> {
    select(document, css).next()
}

fn descendants<'a>(
    element: ElementRef<'a>,
    css: &'static str,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let found: Vec<ElementRef<'a>> =
        selector(css).map(|css| element.select(&css).collect()).unwrap_or_default();
    found.into_iter()
}

impl Page {
    /// Reads the page of a response; anything that is not HTML, and what is nested as no page is, is
    /// text without forms.
    pub fn read(response: &Response, at: &Url) -> Self {
        let text = response.text();
        let html = response.media_type().is_none_or(|media| media.contains("html"));
        if !html || is_too_deep(&text) {
            return Self { text: fold(&text), ..Self::default() };
        }
        // One at a time: the tree of a large page takes a hundred times the room of its text.
        static LARGE: Mutex<()> = Mutex::new(());
        let _alone =
            (text.len() > 65_536).then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner));
        let document = Html::parse_document(&text);
        let elsewhere = Elsewhere::of(&document);
        let base = first(&document, "base[href]")
            .and_then(|element| at.join(element.attr("href")?).ok())
            .unwrap_or_else(|| at.clone());
        let forms: Vec<Form> =
            select(&document, "form").map(|form| read_form(&elsewhere, form, &base)).collect();
        Self {
            text: visible_text(&document),
            sends_itself: sends_itself(&document, &forms),
            forms,
            links: select(&document, "a[href]").filter_map(|a| read_link(a, &base)).collect(),
            loads: loads(&document, &base),
            refresh: first(&document, "meta[http-equiv='refresh' i]")
                .and_then(|meta| refresh_target(meta.attr("content")?)),
            holds_our_markup: select(&document, "x-oauthspec, [onoauthspec]").next().is_some(),
            is_drawn: false,
        }
    }
}
