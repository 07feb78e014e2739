//! Content lines: escaped, folded at 75 octets, ended by CRLF.

/// Octets of a line without its end (RFC 5545, 3.1).
const LINE_MAX: usize = 75;

/// The text of a calendar as it grows.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// A value that needs no escaping: a time, a number, a word of the standard, an address.
    ///
    /// Control characters are left out, so that no value can begin a line of its own.
    pub fn plain(&mut self, name: &str, value: &str) {
        self.write(name, &value.chars().filter(|c| !c.is_control()).collect::<String>());
    }

    /// A value of type TEXT.
    pub fn text(&mut self, name: &str, value: &str) {
        self.write(name, &escaped(value));
    }

    pub fn begin(&mut self, what: &str) {
        self.plain("BEGIN", what);
    }

    pub fn end(&mut self, what: &str) {
        self.plain("END", what);
    }

    pub fn into_text(self) -> String {
        self.0
    }

    fn write(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            let octets = character.len_utf8();
            if length + octets > LINE_MAX {
                // The space that marks a folded line counts.
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(character);
            length += octets;
        }
        self.0.push_str("\r\n");
    }
}

fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// The value of a parameter, in quotes (RFC 6868 has the sign for a quote inside them).
pub fn quoted(value: &str) -> String {
    let mut quoted = String::from('"');
    for character in value.chars() {
        match character {
            '^' => quoted.push_str("^^"),
            '"' => quoted.push_str("^'"),
            '\n' => quoted.push_str("^n"),
            other if other.is_control() => {}
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(value: &str) -> String {
        let mut lines = Lines::default();
        lines.text("SUMMARY", value);
        lines.into_text()
    }

    /// What a reader makes of a folded line.
    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(line("a;b,c\\d\ne\r\0f"), "SUMMARY:a\\;b\\,c\\\\d\\nef\r\n");
        assert_eq!(quoted("Alex \"Al\" ^ Morrison: x;y\r\n"), "\"Alex ^'Al^' ^^ Morrison: x;y^n\"");
    }

    #[test]
    fn a_line_of_75_octets_stays_whole_and_the_next_octet_goes_on() {
        let whole = "x".repeat(75 - "SUMMARY:".len());
        assert_eq!(line(&whole), format!("SUMMARY:{whole}\r\n"));
        assert_eq!(line(&format!("{whole}y")), format!("SUMMARY:{whole}\r\n y\r\n"));
    }

    #[test]
    fn a_character_is_never_cut() {
        // "é" has two octets and would end on the 76th.
        let value = format!("{}é", "x".repeat(66));
        assert_eq!(line(&value), format!("SUMMARY:{}\r\n é\r\n", "x".repeat(66)));
    }

    #[test]
    fn no_address_begins_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.plain("ATTENDEE", "mailto:a@b\r\nMETHOD:CANCEL");
        assert_eq!(lines.into_text(), "ATTENDEE:mailto:a@bMETHOD:CANCEL\r\n");
    }

    proptest! {
        #[test]
        fn any_text_is_one_property_in_short_lines(value in any::<String>()) {
            let text = line(&value);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_MAX));
            let unfolded = unfolded(&text);
            prop_assert_eq!(unfolded.matches("\r\n").count(), 1);
            prop_assert_eq!(unfolded.trim_end_matches("\r\n"), format!("SUMMARY:{}", escaped(&value)));
        }
    }
}
