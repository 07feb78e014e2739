//! The task of one open line: a frame out and a frame played every 20 ms, and whatever comes in between.

use std::{collections::VecDeque, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::{
    carrier::Buffer,
    g711,
    recording::{Ending, FRAME_BYTES, FRAME_MS, LineTime, SharedRecording, sounding},
    twiml::Verb,
    webhook::{Carrier, Opened, Socket},
    wire::{self, FromAgent, Sender},
};

/// A socket that takes no frame for this long is dead.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);
/// A call never lasts longer; the other side's own limit is ten minutes.
const CALL_MAX: Duration = Duration::from_secs(15 * 60);

#[derive(Debug)]
pub enum Command {
    Say {
        text: String,
        samples: Vec<i16>,
        done: oneshot::Sender<()>,
    },
    Press(char),
    /// The call ends: `stop`, close.
    HangUp,
    /// The socket ends without a word.
    DropSocket,
    /// Sends a text message as it is.
    Send(String),
    /// Sends nothing more, and keeps the socket.
    FallSilent,
}

pub struct OpenLine {
    carrier: Carrier,
    socket: Socket,
    sender: Sender,
    rest: Vec<Verb>,
    recording: SharedRecording,
    commands: mpsc::Receiver<Command>,
    tick: watch::Sender<LineTime>,
    buffer: Buffer,
    queue: VecDeque<Utterance>,
    frame: u64,
    silent: bool,
}

struct Utterance {
    text: String,
    mulaw: Vec<u8>,
    at: usize,
    from: Option<LineTime>,
    done: oneshot::Sender<()>,
}

impl OpenLine {
    pub fn new(
        opened: Opened,
        recording: SharedRecording,
        commands: mpsc::Receiver<Command>,
        tick: watch::Sender<LineTime>,
    ) -> Self {
        let Opened { carrier, socket, sender, rest } = opened;
        let (buffer, queue) = (Buffer::default(), VecDeque::new());
        Self { carrier, socket, sender, rest, recording, commands, tick, buffer, queue, frame: 0, silent: false }
    }

    /// Runs the line to its end, and the carrier's part after it.
    pub async fn run(mut self) {
        let ending = self.carry().await;
        // What is left of the stream goes here, however it ended.
        let Self { carrier, socket, rest, recording, tick, .. } = self;
        drop(socket);
        let said = match ending {
            Ending::CallerHungUp => Ok(Vec::new()),
            // The call itself goes on at the carrier, with the next verb.
            Ending::SocketDropped | Ending::AgentHungUp | Ending::Lost => carrier.go_on(rest).await,
        };
        let reported = carrier.report_completed().await;
        let mut recording = recording.lock();
        match said {
            Ok(said) => recording.figures.carrier_said.extend(said),
            Err(error) => recording.figures.malformed.push(format!("after the stream: {error}")),
        }
        if let Err(error) = reported {
            recording.figures.malformed.push(format!("status callback: {error}"));
        }
        recording.figures.ended = Some(ending);
        drop(recording);
        drop(tick);
    }

    async fn carry(&mut self) -> Ending {
        let began = Instant::now();
        let mut next_frame = began;
        loop {
            tokio::select! {
                biased;
                () = sleep_until(next_frame) => {
                    if self.carry_frame().await.is_err() || began.elapsed() > CALL_MAX {
                        return Ending::Lost;
                    }
                    // Deadlines are absolute: a late frame is followed by one in time.
                    next_frame += Duration::from_millis(FRAME_MS);
                }
                message = self.socket.next() => {
                    if let Some(ending) = self.receive(message).await {
                        return ending;
                    }
                }
                command = self.commands.recv() => match command {
                    Some(Command::Say { text, samples, done }) => self.say(text, &samples, done),
                    Some(Command::Press(digit)) => {
                        let text = self.sender.dtmf(digit);
                        if self.send(text).await.is_err() {
                            return Ending::Lost;
                        }
                    }
                    Some(Command::Send(text)) => {
                        if self.send(text).await.is_err() {
                            return Ending::Lost;
                        }
                    }
                    Some(Command::FallSilent) => self.silent = true,
                    Some(Command::HangUp) => return self.hang_up().await,
                    // The caller's handle is gone: so is its socket.
                    Some(Command::DropSocket) | None => return Ending::SocketDropped,
                },
            }
        }
    }

    /// One frame each way.
    async fn carry_frame(&mut self) -> Result<(), LineLost> {
        let now = LineTime::of_frame(self.frame);
        let mulaw = self.next_frame_out();
        if !self.silent {
            let text = self.sender.media(now.as_ms(), &mulaw);
            self.send(text).await?;
        }
        let (heard, marks) = self.buffer.play_frame();
        self.recording.lock().hear(heard);
        self.echo(marks).await?;
        self.frame += 1;
        self.tick.send_replace(LineTime::of_frame(self.frame));
        Ok(())
    }

    fn next_frame_out(&mut self) -> [u8; FRAME_BYTES] {
        let mut frame = [g711::SILENCE; FRAME_BYTES];
        let Some(utterance) = self.queue.front_mut() else {
            return frame;
        };
        let from = *utterance.from.get_or_insert(LineTime::of_frame(self.frame));
        let part = utterance.mulaw[utterance.at..].chunks(FRAME_BYTES).next().unwrap_or_default();
        frame[..part.len()].copy_from_slice(part);
        utterance.at += part.len();
        if utterance.at == utterance.mulaw.len()
            && let Some(utterance) = self.queue.pop_front()
        {
            self.recording.lock().spoke(utterance.text, from, LineTime::of_frame(self.frame + 1));
            // Nobody need wait for it.
            let _ = utterance.done.send(());
        }
        frame
    }

    /// Queues the sounding part of the samples, so that an utterance's times are those of its sound.
    fn say(&mut self, text: String, samples: &[i16], done: oneshot::Sender<()>) {
        let Some(range) = sounding(samples) else {
            let _ = done.send(());
            return;
        };
        let mulaw = samples[range].iter().map(|&sample| g711::encode(sample)).collect();
        self.queue.push_back(Utterance { text, mulaw, at: 0, from: None, done });
    }

    async fn receive(&mut self, message: Option<Result<Message, SocketError>>) -> Option<Ending> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => {
                self.recording.lock().figures.malformed.push("a binary message".to_owned());
                return None;
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return None,
            Some(Ok(Message::Close(_))) => return Some(Ending::AgentHungUp),
            Some(Err(_)) | None => return Some(Ending::Lost),
        };
        let marks = match wire::parse(&text, &self.sender.stream_sid) {
            Ok(FromAgent::Media(mulaw)) => {
                let discarded = self.buffer.push_audio(mulaw);
                let mut recording = self.recording.lock();
                recording.figures.media_messages += 1;
                recording.figures.discarded_bytes += discarded;
                recording.figures.buffered_ms_max = recording.figures.buffered_ms_max.max(self.buffer.buffered_ms());
                return None;
            }
            Ok(FromAgent::Mark(name)) => {
                self.recording.lock().figures.marks += 1;
                self.buffer.push_mark(name)
            }
            Ok(FromAgent::Clear) => {
                self.recording.lock().figures.clears += 1;
                self.buffer.clear()
            }
            Err(reason) => {
                self.recording.lock().figures.malformed.push(reason);
                return None;
            }
        };
        self.echo(marks).await.is_err().then_some(Ending::Lost)
    }

    async fn hang_up(&mut self) -> Ending {
        let text = self.sender.stop();
        // Either may fail when the other side closed first; the call is over all the same.
        let _ = self.send(text).await;
        let _ = timeout(SEND_TIMEOUT, self.socket.close(None)).await;
        Ending::CallerHungUp
    }

    async fn echo(&mut self, marks: Vec<String>) -> Result<(), LineLost> {
        for name in marks {
            let text = self.sender.mark(&name);
            self.send(text).await?;
        }
        Ok(())
    }

    async fn send(&mut self, text: String) -> Result<(), LineLost> {
        match timeout(SEND_TIMEOUT, self.socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(LineLost),
        }
    }
}

/// The socket takes no more frames.
struct LineLost;
