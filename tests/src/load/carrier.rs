//! The carrier's side of one call: dials, sends a frame each 20 ms, plays what comes in real time, and speaks by a
//! script that never ends: ask, hear the answer, and break into every third one.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Message;

use super::{
    CALLED, CallState, Shared,
    figures::{Counted, Measured},
    lock,
};
use crate::caller::{
    DialConfig,
    webhook::{self, Opened, Socket},
    wire::{self, FromAgent, Sender},
};

const FRAME: Duration = Duration::from_millis(20);
/// Frames that the gateway always keeps ahead of the play head: its least lead of 140 ms.
const LEAD_FRAMES: u32 = 7;
/// The caller's pause before an answer.
const PAUSE: Duration = Duration::from_millis(400);
/// How much of an answer is heard before the caller breaks in.
const BREAK_IN_AFTER: Duration = Duration::from_millis(1_000);
const BREAK_IN_EACH: usize = 3;
const CLEAR_MAX: Duration = Duration::from_secs(2);
const ANSWER_MAX: Duration = Duration::from_secs(8);
/// So long without a frame sent, and the socket is dead.
const SEND_MAX: Duration = Duration::from_secs(5);

/// A call to be made.
pub struct Dial {
    config: DialConfig,
    index: usize,
    life: Option<Duration>,
}

impl Dial {
    pub fn new(voice_url: &str, auth_token: &str, index: usize) -> Self {
        let mut config = DialConfig::new(voice_url, auth_token, CALLED);
        config.from = format!("+1415{:07}", 5_000_000 + index);
        Self { config, index, life: None }
    }

    /// A caller who does not stay.
    pub fn hanging_up_after(self, life: Duration) -> Self {
        Self { life: Some(life), ..self }
    }
}

/// Makes the call and keeps it up until its caller's time or the load ends; a call that ends before is counted as lost.
pub async fn run(dial: Dial, shared: Arc<Shared>) {
    let (index, life) = (dial.index, dial.life);
    let opened = match webhook::open(dial.config).await {
        Ok(opened) => opened,
        Err(error) => return shared.figures.lost(format!("it did not begin: {error}")),
    };
    shared.active.fetch_add(1, Ordering::AcqRel);
    let call_sid = opened.sender.call_sid.clone();
    let ended = Line::new(opened, index, life, Arc::clone(&shared)).carry().await;
    lock(&shared.calls).remove(&call_sid);
    shared.active.fetch_sub(1, Ordering::AcqRel);
    if let Err(why) = ended {
        shared.figures.lost(why.to_owned());
    }
}

struct Line {
    socket: Socket,
    sender: Sender,
    shared: Arc<Shared>,
    state: Arc<CallState>,
    began: Instant,
    hangs_up_at: Option<Instant>,
    frame: u32,
    player: Player,
    script: Script,
    greeted: bool,
}

impl Line {
    fn new(opened: Opened, index: usize, life: Option<Duration>, shared: Arc<Shared>) -> Self {
        let Opened { socket, sender, .. } = opened;
        let state = shared.call(&sender.call_sid);
        // Calls begin at any time within a frame.
        let began = Instant::now() + Duration::from_millis(index as u64 * 7 % 20);
        let script = Script { step: Step::Listen { since: began }, spoken: 0, turns: index };
        let hangs_up_at = life.map(|life| began + life);
        let (player, greeted) = (Player::default(), false);
        Self { socket, sender, shared, state, began, hangs_up_at, frame: 0, player, script, greeted }
    }

    async fn carry(mut self) -> Result<(), &'static str> {
        loop {
            let next = self.began + FRAME * self.frame;
            tokio::select! {
                biased;
                () = sleep_until(next) => {
                    if self.shared.is_ending() || self.hangs_up_at.is_some_and(|at| at <= next) {
                        return self.hang_up().await;
                    }
                    self.shared.figures.measured(Measured::LoadLateness, next.elapsed());
                    self.tick(Instant::now()).await?;
                }
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.receive(&text).await?,
                    Some(Ok(Message::Close(_))) => return Err("the gateway closed the stream"),
                    Some(Err(_)) | None => return Err("the socket broke"),
                    Some(Ok(_)) => {}
                }
            }
        }
    }

    async fn tick(&mut self, now: Instant) -> Result<(), &'static str> {
        let index = self.frame as usize;
        self.frame += 1;
        let payload = self.script.speak(now, &self.player, &self.shared);
        let payload = payload.unwrap_or_else(|| self.shared.voice.noise(index));
        let text = self.sender.media_base64(u64::from(self.frame) * 20, payload);
        self.send(text).await?;
        for name in self.player.marks_until(now) {
            self.echo(&name).await?;
        }
        Ok(())
    }

    async fn receive(&mut self, text: &str) -> Result<(), &'static str> {
        let now = Instant::now();
        // Most of what comes, and its sound is not looked at.
        if text.starts_with(r#"{"event":"media""#) {
            return self.take_frame(now);
        }
        match wire::parse(text, &self.sender.stream_sid) {
            Ok(FromAgent::Mark(name)) => {
                if let Some(name) = self.player.take_mark(now, name) {
                    self.echo(&name).await?;
                }
            }
            Ok(FromAgent::Clear) => {
                if let Some(onset) = self.script.cleared() {
                    self.shared.figures.measured(Measured::OnsetToClear, now - onset);
                }
                for name in self.player.clear(now) {
                    self.echo(&name).await?;
                }
            }
            Ok(FromAgent::Media(_)) => return self.take_frame(now),
            Err(_) => return Err("the gateway sent what the carrier does not take"),
        }
        Ok(())
    }

    fn take_frame(&mut self, now: Instant) -> Result<(), &'static str> {
        let figures = &self.shared.figures;
        figures.counted(Counted::Frames);
        if !std::mem::replace(&mut self.greeted, true) {
            figures.measured(Measured::StartToGreeting, now.saturating_duration_since(self.began));
        }
        let begins = lock(&self.state.sound_sent).take();
        if let Some(sent) = begins {
            figures.measured(Measured::SoundToFrame, now - sent);
            self.player.is_cleared = false;
        } else if self.player.is_cleared {
            figures.counted(Counted::StaleFrames);
        }
        let lateness = self.player.take_frame(now);
        figures.measured(Measured::FrameLateness, lateness);
        Ok(())
    }

    async fn echo(&mut self, name: &str) -> Result<(), &'static str> {
        let text = self.sender.mark(name);
        self.send(text).await
    }

    async fn hang_up(mut self) -> Result<(), &'static str> {
        let text = self.sender.stop();
        // The gateway may have closed in the same moment.
        let _ = self.send(text).await;
        let _ = tokio::time::timeout(SEND_MAX, self.socket.close(None)).await;
        Ok(())
    }

    async fn send(&mut self, text: String) -> Result<(), &'static str> {
        match tokio::time::timeout(SEND_MAX, self.socket.send(Message::text(text))).await {
            Ok(sent) => sent.map_err(|_| "the socket broke"),
            Err(_) => Err("the gateway does not read"),
        }
    }
}

/// Plays what comes in real time.
#[derive(Default)]
struct Player {
    /// When all that came is played.
    done: Option<Instant>,
    /// When the stretch that plays began, and how many frames of it came.
    stretch: Option<(Instant, u32)>,
    marks: VecDeque<(Instant, String)>,
    is_cleared: bool,
}

impl Player {
    /// How late the frame is.
    fn take_frame(&mut self, now: Instant) -> Duration {
        let running = self.done.filter(|done| *done > now);
        let (began, index) = match (running, self.stretch) {
            (Some(_), Some(stretch)) => stretch,
            _ => (now, 0),
        };
        self.stretch = Some((began, index + 1));
        self.done = Some(running.unwrap_or(now) + FRAME);
        let ideal = began + FRAME * (index + 1).saturating_sub(LEAD_FRAMES);
        now.saturating_duration_since(ideal)
    }

    /// The mark again if nothing is to be played before it.
    fn take_mark(&mut self, now: Instant, name: String) -> Option<String> {
        match self.done.filter(|done| *done > now) {
            Some(done) => {
                self.marks.push_back((done, name));
                None
            }
            None => Some(name),
        }
    }

    fn marks_until(&mut self, now: Instant) -> Vec<String> {
        std::iter::from_fn(|| self.marks.pop_front_if(|(at, _)| *at <= now)).map(|(_, name)| name).collect()
    }

    fn clear(&mut self, now: Instant) -> Vec<String> {
        self.is_cleared = true;
        self.done = Some(now);
        self.marks.drain(..).map(|(_, name)| name).collect()
    }
}

/// What the caller does.
struct Script {
    step: Step,
    /// Frames of the utterance that were sent.
    spoken: usize,
    turns: usize,
}

#[derive(Clone, Copy)]
enum Step {
    /// Waits for the agent to speak.
    Listen { since: Instant },
    /// The agent speaks.
    Hear { since: Instant },
    /// Asks, in a pause of the agent.
    Ask,
    /// Breaks in. `clear` is awaited from the onset on.
    BreakIn { onset: Instant, cleared: bool },
}

impl Script {
    /// The payload of this frame; none while the caller is silent.
    fn speak<'v>(&mut self, now: Instant, player: &Player, shared: &'v Shared) -> Option<&'v str> {
        let playing = player.done.is_some_and(|done| done > now);
        match self.step {
            Step::Listen { since } if playing => self.step = Step::Hear { since: now.max(since) },
            Step::Listen { since } if now.saturating_duration_since(since) > ANSWER_MAX => {
                shared.figures.counted(Counted::Unanswered);
                self.begin(Step::Ask, shared);
            }
            Step::Hear { since } if self.turns.is_multiple_of(BREAK_IN_EACH) && now - since >= BREAK_IN_AFTER => {
                self.begin(Step::BreakIn { onset: now, cleared: false }, shared);
            }
            Step::Hear { .. } if player.done.is_some_and(|done| now >= done + PAUSE) => self.begin(Step::Ask, shared),
            Step::Listen { .. } | Step::Hear { .. } | Step::Ask | Step::BreakIn { .. } => {}
        }
        let utterance = match self.step {
            Step::Ask => &shared.voice.request,
            Step::BreakIn { .. } => &shared.voice.interruption,
            Step::Listen { .. } | Step::Hear { .. } => return None,
        };
        let payload = utterance.get(self.spoken);
        self.spoken += 1;
        if payload.is_none() {
            self.finish(now, shared);
        }
        payload.map(String::as_str)
    }

    /// The onset of the interruption that this `clear` answers.
    fn cleared(&mut self) -> Option<Instant> {
        match &mut self.step {
            Step::BreakIn { onset, cleared: cleared @ false } => {
                *cleared = true;
                Some(*onset)
            }
            _ => None,
        }
    }

    fn begin(&mut self, step: Step, shared: &Shared) {
        shared.figures.counted(Counted::Turns);
        self.turns += 1;
        self.spoken = 0;
        self.step = step;
    }

    fn finish(&mut self, now: Instant, shared: &Shared) {
        if let Step::BreakIn { onset, cleared: false } = self.step
            && now - onset > CLEAR_MAX
        {
            shared.figures.counted(Counted::UnheardInterruptions);
        }
        self.step = Step::Listen { since: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_in_its_time_is_not_late_and_one_after_it_is() {
        let (start, mut player) = (Instant::now(), Player::default());
        for _ in 0..=LEAD_FRAMES {
            assert_eq!(player.take_frame(start), Duration::ZERO);
        }
        assert_eq!(player.take_frame(start + FRAME * 2), Duration::ZERO);
        assert_eq!(player.take_frame(start + FRAME * 4), FRAME, "due after three");
    }

    #[test]
    fn a_stretch_begins_when_nothing_was_left_to_play() {
        let (start, mut player) = (Instant::now(), Player::default());
        player.take_frame(start);
        assert_eq!(player.take_frame(start + FRAME * 50), Duration::ZERO);
        assert_eq!(player.stretch.map(|(_, frames)| frames), Some(1));
    }

    #[test]
    fn marks_come_back_when_what_is_before_them_was_played_or_cleared() {
        let (start, mut player) = (Instant::now(), Player::default());
        assert_eq!(player.take_mark(start, "a".to_owned()).as_deref(), Some("a"));
        player.take_frame(start);
        assert_eq!(player.take_mark(start, "b".to_owned()), None);
        assert!(player.marks_until(start + FRAME / 2).is_empty());
        assert_eq!(player.marks_until(start + FRAME), ["b"]);
        player.take_frame(start + FRAME);
        player.take_mark(start + FRAME, "c".to_owned());
        assert_eq!(player.clear(start + FRAME), ["c"]);
    }
}
