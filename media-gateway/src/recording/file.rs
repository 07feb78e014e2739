//! One recording on disk: a two-channel WAV that is whole at any moment. Its header is brought up to date every second,
//! and says "incomplete" until the end says otherwise, so a process that dies leaves a file that plays and tells.

use std::{
    io::{self, SeekFrom},
    path::Path,
};

use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncSeekExt as _, AsyncWriteExt as _},
};

use super::timeline::{Pair, RATE_HZ};

/// RIFF, a comment of 16 bytes, the format, the head of the data.
const HEADER_BYTES: usize = 80;
const PAIR_BYTES: u32 = 4;
/// How much may be missing from the header after a crash: 1 s.
const HEADER_EVERY: u32 = RATE_HZ * PAIR_BYTES;

pub struct WavFile {
    file: File,
    data_bytes: u32,
    in_header: u32,
}

impl WavFile {
    /// For its owner's eyes only.
    pub async fn create(path: &Path) -> io::Result<Self> {
        if let Some(dir) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).await?;
        }
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).await?;
        file.write_all(&header(0, false)).await?;
        file.flush().await?;
        Ok(Self { file, data_bytes: 0, in_header: 0 })
    }

    pub async fn write(&mut self, pairs: &[Pair]) -> io::Result<()> {
        let bytes: Vec<u8> = pairs.iter().flatten().flat_map(|sample| sample.to_le_bytes()).collect();
        self.file.write_all(&bytes).await?;
        self.data_bytes = self.data_bytes.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        if self.data_bytes - self.in_header >= HEADER_EVERY {
            self.write_header(false).await?;
        }
        Ok(())
    }

    pub async fn finish(mut self, complete: bool) -> io::Result<()> {
        self.write_header(complete).await?;
        self.file.sync_all().await
    }

    async fn write_header(&mut self, complete: bool) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0)).await?;
        self.file.write_all(&header(self.data_bytes, complete)).await?;
        self.file.seek(SeekFrom::End(0)).await?;
        self.file.flush().await?;
        self.in_header = self.data_bytes;
        Ok(())
    }
}

/// RIFF WAVE, PCM, 16 bit, two channels at 8 kHz (Multimedia Programming Interface and Data Specifications 1.0).
fn header(data_bytes: u32, complete: bool) -> [u8; HEADER_BYTES] {
    let comment: &[u8; 16] = if complete { b"complete\0\0\0\0\0\0\0\0" } else { b"incomplete\0\0\0\0\0\0" };
    let parts: [&[u8]; 18] = [
        b"RIFF",
        &(data_bytes.saturating_add(HEADER_BYTES as u32 - 8)).to_le_bytes(),
        b"WAVE",
        b"LIST",
        &28_u32.to_le_bytes(),
        b"INFO",
        b"ICMT",
        &16_u32.to_le_bytes(),
        comment,
        b"fmt ",
        &16_u32.to_le_bytes(),
        &[1, 0, 2, 0],
        &RATE_HZ.to_le_bytes(),
        &(RATE_HZ * PAIR_BYTES).to_le_bytes(),
        &[4, 0],
        &[16, 0],
        b"data",
        &data_bytes.to_le_bytes(),
    ];
    let mut header = [0; HEADER_BYTES];
    for (place, byte) in header.iter_mut().zip(parts.concat()) {
        *place = byte;
    }
    header
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn the_file_is_a_wav_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t").join("c.wav");
        let mut file = WavFile::create(&path).await.expect("a file");
        file.write(&[[1, -1], [2, -2]]).await.expect("room");
        file.finish(true).await.expect("room");
        let mut read = hound::WavReader::open(&path).expect("a WAV");
        assert_eq!((read.spec().channels, read.spec().sample_rate, read.spec().bits_per_sample), (2, 8_000, 16));
        let samples: Vec<i16> = read.samples().map(|sample| sample.expect("a sample")).collect();
        assert_eq!(samples, [1, -1, 2, -2]);
        assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        let bytes = std::fs::read(&path).expect("bytes");
        assert_eq!((&bytes[32..40], bytes.len()), (&b"complete"[..], HEADER_BYTES + 8));
    }

    #[tokio::test]
    async fn a_file_that_was_never_finished_plays_and_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("c.wav");
        let mut file = WavFile::create(&path).await.expect("a file");
        file.write(&vec![[7, 8]; 12_000]).await.expect("room");
        drop(file);
        let read = hound::WavReader::open(&path).expect("a WAV");
        assert_eq!(read.duration(), 12_000);
        assert_eq!(&std::fs::read(&path).expect("bytes")[32..42], b"incomplete");
    }
}
