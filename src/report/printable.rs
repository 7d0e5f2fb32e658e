//! Making text from strangers safe to print.
//!
//! What a server sends may move the cursor, recolour the terminal, reorder a line or break an XML
//! file, or give a command to the CI service that reads the log. None of that reaches a report: such
//! characters are shown instead of being obeyed.

use std::fmt::Write as _;

/// The text with every character made visible that a terminal, an editor or an XML reader would
/// act on. Line breaks (`\n`, `\r\n`) and tabs stay.
pub fn printable(text: &str) -> String {
    visible(text, true)
}

/// The same for a place that holds one line: line breaks become visible too.
pub fn one_line(text: &str) -> String {
    visible(text, false)
}

fn visible(text: &str, breaks: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\t' => out.push(c),
            '\n' if breaks => out.push(c),
            '\r' if breaks && rest.peek() == Some(&'\n') => out.push(c),
            '\0'..='\u{1f}' => out.push(picture(c)),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_treacherous(c) => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    without_commands(out)
}

/// How CI services recognise a command anywhere in a line of a log.
const COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// The text with a backslash in every command that a CI service would obey: GitHub reads `::` at the
/// start of a line, leading spaces aside.
fn without_commands(mut text: String) -> String {
    for command in COMMANDS {
        if text.contains(command) {
            text = text.replace(command, &format!("#\\{}", &command[1..]));
        }
    }
    if !text.contains("::") {
        return text;
    }
    let lines = text.split('\n').map(|line| {
        let (space, rest) = line.split_at(line.len() - line.trim_start().len());
        if rest.starts_with("::") { format!("{space}\\{rest}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The picture of a C0 control, `␛` for escape.
fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// C1 controls, what reorders or hides text, and what XML 1.0 forbids.
fn is_treacherous(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_pictures() {
        assert_eq!(printable("\u{1b}[31mred\u{7}\u{7f}\0"), "␛[31mred␇␡␀");
        assert_eq!(printable("\u{9b}31m \u{202e}x \u{ffff}"), "\\u{9b}31m \\u{202e}x \\u{ffff}");
    }

    #[test]
    fn line_breaks_stay_but_a_lone_return_does_not() {
        assert_eq!(printable("a\tb\r\nc\nd\re"), "a\tb\r\nc\nd␍e");
        assert_eq!(one_line("a\tb\r\nc"), "a\tb␍␊c");
    }

    #[test]
    fn commands_to_a_ci_service_are_shown() {
        assert_eq!(printable("a\n  ::error::b\n::set c::d"), "a\n  \\::error::b\n\\::set c::d");
        assert_eq!(printable("x ##vso[task] ##[error] ## y"), "x #\\#vso[task] #\\#[error] ## y");
        assert_eq!(one_line("a::b"), "a::b");
    }

    #[test]
    fn other_scripts_are_left_alone() {
        assert_eq!(printable("Größe 日本 ✔ 🦀"), "Größe 日本 ✔ 🦀");
    }
}
