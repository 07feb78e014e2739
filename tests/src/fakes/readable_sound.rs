//! Sound that can be read again: every character of the text is so many bytes of its own code. What a caller would have
//! heard is then known to the character, whoever spoke it.

/// Bytes of sound a character, in a fake voice of ordinary pace: 16 characters a second.
pub const BYTES_PER_CHARACTER: usize = 500;

/// The sound of a text. Characters beyond Latin-1 sound like `?`.
pub fn spoken(text: &str) -> Vec<u8> {
    let code = |character: char| u8::try_from(u32::from(character)).unwrap_or(b'?');
    text.chars().flat_map(|character| [code(character); BYTES_PER_CHARACTER]).collect()
}

/// The text of a sound, cut characters included. Voices may follow each other at any byte.
pub fn heard(sound: &[u8]) -> String {
    let mut text = String::new();
    for run in sound.chunk_by(|one, other| one == other) {
        let times = run.len().div_ceil(BYTES_PER_CHARACTER);
        text.extend(std::iter::repeat_n(char::from(run[0]), times));
    }
    text
}
