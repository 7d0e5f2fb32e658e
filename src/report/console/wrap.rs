//! Lines of a terminal.

/// Columns that a report uses.
pub(super) const WIDTH: usize = 80;

/// A text in lines of at most `width` characters, broken at spaces where there are any. Lines of the
/// text remain lines, with what they are indented by.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
    let mut lines = Vec::new();
    let mut current = indent.clone();
    let spaces = unbroken(line);
    for word in spaces.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        let space = usize::from(current.len() > indent.len());
        if current.chars().count() + space + word.chars().count() > width && space == 1 {
            lines.push(std::mem::replace(&mut current, indent.clone()));
        } else if space == 1 {
            current.push(' ');
        }
        // A word that is longer than a line is cut.
        while current.chars().count() + word.chars().count() > width {
            let room = width - current.chars().count();
            let end = word.char_indices().nth(room).map_or(word.len(), |(at, _)| at);
            let (head, tail) = word.split_at(end);
            lines.push(format!("{current}{head}"));
            current = indent.clone();
            word = tail;
        }
        current.push_str(word);
    }
    if !current.trim().is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines.into_iter().map(|line| line.replace(KEPT, " ")).collect()
}

/// Stands for a space at which no line is broken: no text of a report has it.
const KEPT: char = '\u{1}';

/// The text with the spaces of placeholders kept: `‹code 1›` is one word.
fn unbroken(line: &str) -> String {
    let mut inside = false;
    let keep = |c: char| {
        inside = (inside || c == '‹') && c != '›';
        match c {
            ' ' | '\t' if inside => KEPT,
            '\t' => ' ',
            other => other,
        }
    };
    line.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("a bb ccc dddd", 6), ["a bb", "ccc", "dddd"]);
        assert_eq!(wrap("one\n  two three", 7), ["one", "  two", "  three"]);
        assert_eq!(wrap("", 7), Vec::<String>::new());
        assert_eq!(wrap("a ‹b 1› c", 6), ["a", "‹b 1›", "c"]);
    }

    #[test]
    fn a_word_that_is_too_long_is_cut() {
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("x abcdefghij", 4), ["x", "abcd", "efgh", "ij"]);
        assert_eq!(wrap("ÄÖÜäöü", 3), ["ÄÖÜ", "äöü"]);
    }
}
