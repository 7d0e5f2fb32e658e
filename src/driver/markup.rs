//! Forms, links and text of an HTML document.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use scraper::node::Element;
use scraper::{ElementRef, Html};
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
    if html.bytes().filter(|byte| *byte == b'<').count() <= DEEPEST {
        return false;
    }
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

/// What a page is read from, found in one walk through its document: pages are read by the thousand.
#[derive(Default)]
struct Parts<'d> {
    /// Forms, in page order.
    forms: Vec<ElementRef<'d>>,
    /// Labels, by the identifier of the field that they are for.
    labels: HashMap<&'d str, ElementRef<'d>>,
    /// Fields that name their form, by its identifier.
    fields: HashMap<&'d str, Vec<ElementRef<'d>>>,
    /// Links, in page order.
    links: Vec<ElementRef<'d>>,
    /// Where relative addresses begin.
    base: Option<&'d str>,
    /// What a meta refresh says.
    refresh: Option<&'d str>,
    /// What a browser fetches for the page without being asked.
    loads: Vec<&'d str>,
    /// Style sheets and icons, which come after what has a source.
    linked: Vec<&'d str>,
    /// Scripts, and what is done once the page is there.
    scripts: Vec<String>,
    /// Whether a script is fetched for it.
    loads_script: bool,
    /// What it says went wrong.
    alert: Option<String>,
    /// Whether there is anything that can be typed into, pressed or followed.
    has_choice: bool,
    /// Whether markup of ours is markup here.
    holds_our_markup: bool,
}

impl<'d> Parts<'d> {
    fn of(document: &'d Html) -> Self {
        let mut parts = Self::default();
        elements(document.root_element()).for_each(|element| parts.add(element));
        parts
    }

    fn add(&mut self, element: ElementRef<'d>) {
        let name = element.value().name();
        let href = || element.attr("href");
        match name {
            "form" => self.forms.push(element),
            "a" if href().is_some() => self.links.push(element),
            "base" => self.base = self.base.or_else(href),
            "meta" if is(element, "http-equiv", "refresh") && self.refresh.is_none() => {
                self.refresh = element.attr("content");
            }
            "link" if has_word(element, "rel", &["stylesheet", "icon"]) => {
                self.linked.extend(href());
            }
            "script" => {
                self.loads_script |= element.attr("src").is_some();
                self.scripts.push(element.text().collect());
            }
            "body" => self.scripts.extend(element.attr("onload").map(str::to_owned)),
            "label" => {
                if let Some(id) = element.attr("for") {
                    self.labels.entry(id).or_insert(element);
                }
            }
            "x-oauthspec" => self.holds_our_markup = true,
            _ => {}
        }
        if self.alert.is_none() && is_alert(element) {
            let text = fold(&element.text().collect::<Vec<_>>().join(" "));
            self.alert = Some(text).filter(|text| !text.is_empty());
        }
        self.has_choice |= match name {
            "button" | "select" | "textarea" => true,
            "input" => !is(element, "type", "hidden"),
            "a" | "area" => href().is_some(),
            _ => false,
        };
        for (name, value) in element.value().attrs() {
            match name {
                "form" => self.fields.entry(value).or_default().push(element),
                "src" => self.loads.push(value),
                "onoauthspec" => self.holds_our_markup = true,
                _ => {}
            }
        }
    }

    /// Whether a script sends the only form as it stands: nothing can be typed, pressed or followed instead,
    /// so that the script waits for nothing that the user does.
    fn send_themselves(&self) -> bool {
        self.forms.len() == 1
            && !self.has_choice
            && self.scripts.iter().any(|script| script.contains("submit()"))
    }
}

/// An element and all within it, in page order.
fn elements(top: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    top.descendants().filter_map(ElementRef::wrap)
}

/// Takes out what stands in templates: it is no part of the page until a script makes it one (HTML, "the template
/// element").
fn without_templates(document: &mut Html) {
    let is_template = |element: &Element| element.name() == "template";
    let all = document.tree.nodes();
    let found = all.filter(|node| node.value().as_element().is_some_and(is_template));
    let templates: Vec<_> = found.map(|node| node.id()).collect();
    for id in templates {
        if let Some(mut node) = document.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// Whether an attribute has this value, in any case.
fn is(element: ElementRef<'_>, attribute: &str, value: &str) -> bool {
    element.attr(attribute).is_some_and(|it| it.eq_ignore_ascii_case(value))
}

/// Whether one of these words is among those of an attribute, in any case.
fn has_word(element: ElementRef<'_>, attribute: &str, words: &[&str]) -> bool {
    let among = |it: &str| words.iter().any(|word| it.eq_ignore_ascii_case(word));
    element.attr(attribute).is_some_and(|value| value.split_ascii_whitespace().any(among))
}

/// Whether an element that can be seen is there to say what went wrong.
fn is_alert(element: ElementRef<'_>) -> bool {
    const CLASSES: &[&str] = &["error", "errors", "alert", "alert-danger", "error-message"];
    let hidden = element.attr("hidden").is_some() || has_word(element, "class", &["hidden"]);
    !hidden && (is(element, "role", "alert") || has_word(element, "class", CLASSES))
}

fn read_form(parts: &Parts<'_>, form: ElementRef<'_>, base: &Url) -> Form {
    let method = form.attr("method").unwrap_or("GET").to_ascii_uppercase();
    let action = form.attr("action").filter(|action| !action.is_empty());
    let inside = elements(form)
        .skip(1)
        .filter(|it| matches!(it.value().name(), "input" | "button" | "select" | "textarea"));
    let id = form.attr("id").unwrap_or_default();
    let owned = parts.fields.get(id).filter(|_| !id.is_empty());
    Form {
        method: if method == "POST" { method } else { "GET".to_owned() },
        action: action.and_then(|action| base.join(action).ok()).unwrap_or_else(|| base.clone()),
        fields: inside
            .filter(|element| element.attr("disabled").is_none())
            .chain(owned.into_iter().flatten().copied())
            .map(|e| read_field(parts, e, base))
            .collect(),
    }
}

/// How a button has its form sent: by another method than GET where that is POST.
fn method_of(element: ElementRef<'_>) -> Option<String> {
    let method = element.attr("formmethod")?.to_ascii_uppercase();
    Some(if method == "POST" { method } else { "GET".to_owned() })
}

fn read_field(parts: &Parts<'_>, element: ElementRef<'_>, base: &Url) -> Field {
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
        _ => label_of(parts, element),
    };
    Field {
        name: attr("name"),
        label,
        checked: element.attr("checked").is_some(),
        kind,
        value,
        required: element.attr("required").is_some(),
        autocomplete: attr("autocomplete").to_ascii_lowercase(),
        options: if tag == "select" { options(element).collect() } else { Vec::new() },
        action: element.attr("formaction").and_then(|action| base.join(action).ok()),
        method: method_of(element),
    }
}

/// Value and label of each entry of a list.
fn options(element: ElementRef<'_>) -> impl Iterator<Item = (String, String)> {
    let options = elements(element).filter(|it| it.value().name() == "option");
    options.map(|option| {
        let label = fold(&option.text().collect::<String>());
        let value = option.attr("value").map_or_else(|| label.clone(), str::to_owned);
        (value, label)
    })
}

/// What a list sends: the entry that is selected, or the first. Where the page does not take an empty one, the user
/// selects the first that is not.
fn select_value(element: ElementRef<'_>) -> String {
    let all = elements(element).filter(|it| it.value().name() == "option");
    let selected = all.zip(options(element)).find(|(it, _)| it.attr("selected").is_some());
    let chosen = selected.map(|(_, option)| option).or_else(|| options(element).next());
    let value = chosen.map(|(value, _)| value).unwrap_or_default();
    let filled = || options(element).map(|(value, _)| value).find(|value| !value.is_empty());
    let demanded = value.is_empty() && element.attr("required").is_some();
    if demanded { filled().unwrap_or_default() } else { value }
}

fn label_of(parts: &Parts<'_>, element: ElementRef<'_>) -> String {
    let around =
        element.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "label");
    let by_id = || {
        let id = element.attr("id")?;
        parts.labels.get(id).copied()
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

fn visible_text(document: &Html) -> String {
    let hidden = ["script", "style"];
    let text: Vec<&str> = document
        .tree
        .root()
        .descendants()
        .filter_map(|node| {
            let text = node.value().as_text()?;
            let parent = node.parent().and_then(ElementRef::wrap)?;
            (!hidden.contains(&parent.value().name())).then_some(&**text)
        })
        .collect();
    fold(&text.join(" "))
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

impl Page {
    /// Reads the page of a response; anything that is not HTML, and what is nested as no page is, is
    /// text without forms.
    pub fn read(response: &Response, at: &Url) -> Self {
        let text = response.text();
        let html = response.media_type().is_none_or(|media| media.contains("html"));
        // The field is what a `meta` element stands for.
        let field = response.headers.text("refresh").and_then(|it| refresh_target(&it));
        if !html || text.is_empty() || is_too_deep(&text) {
            return Self { text: fold(&text), refresh: field, ..Self::default() };
        }
        // One at a time: the tree of a large page takes a hundred times the room of its text.
        static LARGE: Mutex<()> = Mutex::new(());
        let _alone =
            (text.len() > 65_536).then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner));
        let mut document = Html::parse_document(&text);
        without_templates(&mut document);
        let parts = Parts::of(&document);
        let base = parts.base.and_then(|base| at.join(base).ok()).unwrap_or_else(|| at.clone());
        let loads = parts.loads.iter().chain(&parts.linked);
        Self {
            text: visible_text(&document),
            alert: parts.alert.clone(),
            sends_itself: parts.send_themselves(),
            forms: parts.forms.iter().map(|form| read_form(&parts, *form, &base)).collect(),
            links: parts.links.iter().filter_map(|link| read_link(*link, &base)).collect(),
            loads: loads.filter_map(|address| base.join(address).ok()).collect(),
            refresh: parts.refresh.and_then(refresh_target).or(field),
            has_script: !parts.scripts.is_empty() || parts.loads_script,
            holds_our_markup: parts.holds_our_markup,
            is_drawn: false,
        }
    }
}
