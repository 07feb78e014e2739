//! What a reader of mail sees: headers and parts, decoded (RFC 2045, 2047).

use base64::{Engine as _, engine::general_purpose::STANDARD};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub content_type: String,
    /// Its file's name is in it.
    pub disposition: String,
    pub text: String,
}

pub fn header(source: &str, name: &str) -> Option<String> {
    let (headers, _) = source.split_once("\r\n\r\n")?;
    let unfolded = headers.replace("\r\n ", " ").replace("\r\n\t", " ");
    let value = unfolded.split("\r\n").find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })?;
    Some(decoded_words(&value))
}

/// The parts of a multipart message, or its only one.
pub fn parts(source: &str) -> Vec<Part> {
    let kind = header(source, "Content-Type").unwrap_or_default();
    let boundary = kind.split_once("boundary=\"").and_then(|(_, rest)| rest.split_once('"'));
    let Some((boundary, _)) = boundary else { return vec![part(source)] };
    let delimiter = format!("--{boundary}\r\n");
    let end = format!("--{boundary}--");
    let body = source.split(&end).next().unwrap_or_default();
    body.split(&delimiter).skip(1).map(part).collect()
}

fn part(source: &str) -> Part {
    let body = source.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let encoding = header(source, "Content-Transfer-Encoding").unwrap_or_default();
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default(),
        "quoted-printable" => quoted_printable(body.trim_end_matches("\r\n")),
        _ => body.as_bytes().to_vec(),
    };
    Part {
        content_type: header(source, "Content-Type").unwrap_or_default(),
        disposition: header(source, "Content-Disposition").unwrap_or_default(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = (first == b'=').then(|| after.get(..2)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    bytes
}

/// `=?utf-8?b?…?=` → its text; a gap between two such words is none.
fn decoded_words(value: &str) -> String {
    let value = value.replace("?= =?", "?==?");
    let mut decoded = String::new();
    let mut rest = value.as_str();
    while let Some((before, word)) = rest.split_once("=?") {
        decoded.push_str(before);
        let mut fields = word.splitn(3, '?');
        let (Some(_), Some(encoding), Some(tail)) = (fields.next(), fields.next(), fields.next()) else { break };
        let Some((text, after)) = tail.split_once("?=") else { break };
        let bytes = if encoding.eq_ignore_ascii_case("b") {
            STANDARD.decode(text).unwrap_or_default()
        } else {
            quoted_printable(&text.replace('_', " "))
        };
        decoded.push_str(&String::from_utf8_lossy(&bytes));
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_read() {
        let source = "Subject: =?utf-8?b?Q2zDrQ==?=\r\n =?utf-8?q?nica_x?= y\r\n\
                      Content-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n\
                      --b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ns=C3=A1b=\r\nado\r\n\
                      --b\r\nContent-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\nQkVH\r\nSU4=\r\n--b--\r\n";
        assert_eq!(header(source, "subject").as_deref(), Some("Clínica x y"));
        let texts: Vec<String> = parts(source).into_iter().map(|part| part.text).collect();
        assert_eq!(texts, ["sábado", "BEGIN"]);
    }
}
