//! One sentence, said by one provider after the other until it is said. One has the floor; when it is late, the next is
//! asked as well, and takes the floor if it has sound in time.

use std::{sync::Arc, time::Duration};

use futures::future::select_all;
use tokio::time::Instant;

use super::{
    super::{Chunk, Provider, SynthesisError, VoiceChoice, embedded::Step, vendor::VendorError},
    Chain,
    hedge::{self, Runway, Wait},
    remainder::{from_character, resume_at},
    speaker::{Failure, Speaker},
};
use crate::speech::{Line, Priority};

/// How a sentence is to be spoken.
#[derive(Clone)]
pub struct Manner {
    /// The call's place in the engine's queue.
    pub line: Line,
    pub priority: Priority,
    pub voice: Arc<VoiceChoice>,
}

pub struct Relay {
    chain: Chain,
    manner: Manner,
    text: String,
    /// Characters that have been said.
    said: usize,
    failed: Vec<usize>,
    /// The first has the floor; the others were asked because it is late, and all begin where it stopped.
    speakers: Vec<Speaker>,
    /// Whether the floor ever went to another.
    passed_on: bool,
    runway: Runway,
    quiet_since: Instant,
    /// What the caller heard of silence inside this sentence.
    silences: Duration,
    asked_in_vain: u32,
    first_error: Option<SynthesisError>,
}

/// What comes first.
enum Next {
    Spoke {
        index: usize,
        spoke: Result<Step, Failure>,
    },
    /// It is time to ask one more.
    Ask,
    /// It is time that another takes the floor.
    Switch,
}

impl Relay {
    pub fn begin(chain: &Chain, manner: Manner, text: &str) -> Self {
        let mut relay = Self {
            chain: chain.clone(),
            manner,
            text: text.to_owned(),
            said: 0,
            failed: Vec::new(),
            speakers: Vec::new(),
            passed_on: false,
            runway: Runway::Endless,
            quiet_since: Instant::now(),
            silences: Duration::ZERO,
            asked_in_vain: 0,
            first_error: None,
        };
        relay.ask_next();
        if relay.speakers.is_empty() && resume_at(text, 0).is_some() {
            relay.first_error = Some(SynthesisError::NoProvider);
        }
        relay
    }

    /// The provider that says all of it, as long as no other had to help.
    pub fn only_provider(&self) -> Option<&Provider> {
        let speaker = self.speakers.first().filter(|_| !self.passed_on)?;
        Some(&self.chain.link(speaker.index).provider)
    }

    /// Who speaks now; none before anybody did and after the end.
    pub fn provider(&self) -> Option<&'static str> {
        self.speakers.first().map(|speaker| self.chain.name(speaker.index))
    }

    /// The engine in this process speaks now.
    pub fn is_made_here(&self) -> bool {
        self.speakers.first().is_some_and(|speaker| !self.chain.link(speaker.index).provider.is_vendor())
    }

    /// How long the listener has something to hear yet, without what comes of the next step.
    pub fn set_runway(&mut self, runway: Runway) {
        self.runway = runway;
    }

    /// The next chunks. May be dropped while it waits.
    pub async fn step(&mut self) -> Result<Step, SynthesisError> {
        loop {
            let Some(speaker) = self.speakers.first_mut() else {
                return match self.first_error.take() {
                    Some(error) => Err(error),
                    None => Ok(Step::Done),
                };
            };
            let ahead = std::mem::take(&mut speaker.ahead);
            if !ahead.is_empty() {
                return Ok(self.hand_out(ahead));
            }
            match self.next().await {
                Next::Spoke { index: 0, spoke } => match spoke {
                    Ok(Step::Chunks(chunks)) if chunks.is_empty() => {}
                    Ok(Step::Chunks(chunks)) => return Ok(self.hand_out(chunks)),
                    Ok(Step::Done) => {
                        self.dismiss_spares();
                        // Only a whole sentence heals: one that begins and stalls each time is not well.
                        self.chain.link(self.speakers[0].index).health().answered();
                        return Ok(Step::Done);
                    }
                    Err(failure) => self.pass_on(failure),
                },
                Next::Spoke { index, spoke } => self.spare_spoke(index, spoke),
                Next::Ask => self.ask_next(),
                Next::Switch => {
                    let waited = self.quiet_since.elapsed();
                    self.pass_on(Failure::Vendor(VendorError::Outrun(waited)));
                }
            }
        }
    }

    /// Waits for whoever speaks next, as long as that is to be waited for.
    async fn next(&mut self) -> Next {
        let wait = self.wait();
        let ask_at = wait.and_then(|wait| wait.ask_at()).filter(|_| self.can_ask());
        let has_sound = self.speakers.iter().any(|speaker| !speaker.ahead.is_empty());
        let switch_at = wait.and_then(|wait| wait.switch_at()).filter(|_| has_sound);
        let waiting = self.speakers.iter_mut().enumerate().filter(|(_, speaker)| speaker.ahead.is_empty());
        let spoken = select_all(waiting.map(|(index, speaker)| Box::pin(async move { (index, speaker.next().await) })));
        tokio::select! {
            biased;
            ((index, spoke), ..) = spoken => Next::Spoke { index, spoke },
            () = reached(switch_at) => Next::Switch,
            () = reached(ask_at) => Next::Ask,
        }
    }

    /// The wait for the one that has the floor. The engine in this process is never outrun: what is slow then is the
    /// machine, and the vendors' turn came before.
    fn wait(&self) -> Option<Wait> {
        let (first, last) = (self.speakers.first()?, self.speakers.last()?);
        let link = self.chain.link(first.index);
        link.provider.is_vendor().then(|| Wait {
            quiet_since: self.quiet_since,
            asked_last: self.quiet_since.max(last.began),
            first_sound: (!first.has_spoken).then(|| link.usual().patience()),
            runway: self.runway,
            in_vain: self.asked_in_vain,
        })
    }

    /// Gives on what the one that has the floor said; nobody else is needed then.
    fn hand_out(&mut self, mut chunks: Vec<Chunk>) -> Step {
        let now = Instant::now();
        let silence = self.wait().map_or(Duration::ZERO, |wait| wait.silence(now));
        let speaker = &mut self.speakers[0];
        if std::mem::replace(&mut speaker.has_spoken, true) {
            self.silences += silence;
        } else {
            self.chain.link(speaker.index).first_sound_took(now.duration_since(speaker.began));
        }
        for chunk in &mut chunks {
            // A voice that took over at the beginning of a cut word says nothing new at first.
            self.said = self.said.max(speaker.from + chunk.text_end);
            chunk.text_end = self.said;
        }
        self.quiet_since = now;
        self.dismiss_spares();
        if hedge::is_starved(self.silences) && self.can_ask() {
            self.pass_on(Failure::Vendor(VendorError::Outrun(self.silences)));
        }
        Step::Chunks(chunks)
    }

    /// The one that has the floor speaks: the others were asked in vain.
    fn dismiss_spares(&mut self) {
        for spare in self.speakers.drain(1..) {
            self.asked_in_vain = self.asked_in_vain.saturating_add(1);
            metrics::counter!("tts_hedges_in_vain_total", "asked" => self.chain.name(spare.index)).increment(1);
        }
    }

    /// What comes of one that was asked because the first is late.
    fn spare_spoke(&mut self, at: usize, spoke: Result<Step, Failure>) {
        match spoke {
            Ok(Step::Chunks(chunks)) => self.speakers[at].ahead = chunks,
            // It finds nothing to say in what is left, or fails: it is not asked again.
            Ok(Step::Done) => self.failed.push(self.speakers.remove(at).index),
            Err(failure) => {
                let spare = self.speakers.remove(at);
                self.chain.link(spare.index).failed(&failure);
                self.failed.push(spare.index);
            }
        }
    }

    /// The one that has the floor failed: the next goes on with what is left, by preference one that has sound already.
    fn pass_on(&mut self, failure: Failure) {
        if self.speakers.is_empty() {
            return;
        }
        let from = self.speakers.remove(0);
        let link = self.chain.link(from.index);
        link.failed(&failure);
        let error = failure.into_error(link.provider.name());
        self.failed.push(from.index);
        self.passed_on = true;
        self.silences = Duration::ZERO;
        match self.speakers.iter().position(|spare| !spare.ahead.is_empty()) {
            Some(ready) => self.speakers.swap(0, ready),
            None if self.speakers.is_empty() => self.ask_next(),
            None => {}
        }
        if let Some(to) = self.speakers.first().map(|speaker| self.chain.name(speaker.index)) {
            let from = self.chain.name(from.index);
            metrics::counter!("tts_failovers_total", "from" => from, "to" => to).increment(1);
            tracing::warn!(failed = from, next = to, %error, said = self.said, "a voice failed; the next one goes on");
        }
        // The first reason is the one to look into, since the others only stood in; and none if all was said.
        let is_unsaid = resume_at(&self.text, self.said).is_some();
        self.first_error = self.first_error.take().or(Some(error)).filter(|_| is_unsaid);
    }

    /// Asks one more to say what is left, if anything is and anybody can.
    fn ask_next(&mut self) {
        let Some(from) = resume_at(&self.text, self.said) else { return };
        let Some(index) = self.next_provider() else { return };
        if let Some(late) = self.speakers.first() {
            let (late, asked) = (self.chain.name(late.index), self.chain.name(index));
            metrics::counter!("tts_hedges_total", "late" => late, "asked" => asked).increment(1);
        }
        let rest = from_character(&self.text, from);
        let before = self.text.strip_suffix(rest).unwrap_or_default();
        self.speakers.push(Speaker::ask(&self.chain, index, &self.manner, before, rest));
    }

    /// Whether something is left to say, and somebody to ask.
    fn can_ask(&self) -> bool {
        self.next_provider().is_some() && resume_at(&self.text, self.said).is_some()
    }

    /// Who would be asked next: not who failed, nor who was asked already.
    fn next_provider(&self) -> Option<usize> {
        let asked = self.speakers.iter().map(|speaker| speaker.index);
        let out: Vec<usize> = self.failed.iter().copied().chain(asked).collect();
        self.chain.pick(&out, Instant::now())
    }
}

/// Waits until then; for ever if there is no such time.
async fn reached(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
