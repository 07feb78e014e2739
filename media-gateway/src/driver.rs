//! Runs one call: carries what happens to the pure core as events, and what the core wants done to the outside.
//!
//! One task a call, one `select!`. Everything it starts is owned by it and ends with it. It decides nothing that
//! the core could decide.

mod beginning;
mod call_span;
mod carrying_out;
mod ending;
mod happening;
mod measure;
mod served;
mod speaking;
mod trace_file;
mod wire;

use std::{pin::Pin, time::Duration};

use call::{Call, CallTime, Event};
use tokio::{
    task::JoinSet,
    time::{Instant, Sleep},
};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tracing::Instrument as _;

use crate::{
    admission::Place,
    converse::{Caller, Conversation},
    gateway::Gateway,
    listen::leg::Listening,
    recording::Recording,
    twilio::{
        media_stream::{Line, Opened},
        reader::Reader,
        writer::Writer,
    },
};
use measure::{Live, Measure};
use served::Served;
use speaking::Speaking;
use trace_file::TraceFile;

/// A carrier sends a frame every 20 ms, silence too. Without one for this long its socket is half dead.
const CARRIER_SILENT_MAX: Duration = Duration::from_secs(5);

/// Runs a call whose line is open, to its end.
pub async fn run(gateway: Gateway, opened: Opened, line: Line) {
    let span = tracing::info_span!("call", call_sid = %opened.call_sid);
    let tenant_id = opened.admitted.tenant_id;
    async {
        // Both end with this block, also by a panic in it.
        let _live = Live::count(metrics::gauge!("calls_active"));
        let tasks = gateway.lifecycle().tasks().clone();
        let _place = Place::of(gateway.admission().clone(), tenant_id, opened.call_sid.clone(), tasks);
        match tokio::join!(gateway.tenant(tenant_id), gateway.names_to_expect(tenant_id)) {
            (Ok(tenant), names) => Driver::begin(&gateway, &opened, &tenant, names, line).run().await,
            (Err(status), _) => tracing::error!(code = ?status.code(), "could not load the call's tenant"),
        }
        gateway.engine().release_call(&opened.call_sid);
    }
    .instrument(span)
    .await;
}

struct Driver {
    gateway: Gateway,
    opened: Opened,
    began: Instant,
    call: Call,
    reader: Reader,
    writer: Writer,
    listening: Listening,
    speaking: Speaking,
    listener: Served,
    speaker: Served,
    conversation: Conversation,
    /// Should the conversation's stream be opened again.
    caller: Caller,
    conversation_lost: bool,
    /// The call's place and its holds; ended with the call.
    leases: JoinSet<()>,
    measure: Measure,
    trace: TraceFile,
    recording: Recording,
    line_ready: bool,
    last_frame_at: Instant,
    /// At the latest when something is due.
    alarm: Pin<Box<Sleep>>,
    stopping: Pin<Box<WaitForCancellationFutureOwned>>,
    hung_up: bool,
    told_to_stop: bool,
    outcome: Option<call::Outcome>,
}

impl Driver {
    async fn run(mut self) {
        tracing::info!("the call began");
        while self.outcome.is_none() {
            self.step().await;
            while let Some(action) = self.call.poll_action() {
                self.trace.action(&action);
                self.carry_out(action);
            }
        }
        self.end().await;
    }

    /// Waits for the next thing that happens and tells the core. The order is the order of urgency.
    async fn step(&mut self) {
        let now = Instant::now();
        let frame_due = self.speaking.next_due(now);
        if frame_due.is_some_and(|due| due <= now) {
            return self.send_due_frames();
        }
        let deadline = self.call.poll_timeout().map(|(at, _)| self.instant(at));
        let carrier_silent_at = self.last_frame_at + CARRIER_SILENT_MAX;
        let wake_at = [frame_due, deadline].into_iter().flatten().fold(carrier_silent_at, Instant::min);
        // An alarm that comes too early costs less than moving it on with each frame.
        if self.alarm.deadline() > wake_at || self.alarm.is_elapsed() {
            self.alarm.as_mut().reset(wake_at);
        }

        tokio::select! {
            biased;
            from_carrier = self.reader.next() => self.hear_carrier(from_carrier),
            heard = self.listening.next() => self.hear_words(heard),
            from_agent = self.conversation.next(), if !self.conversation_lost => self.hear_agent(from_agent),
            made = self.speaking.next() => self.take_audio(made),
            () = &mut self.alarm => {
                let now = Instant::now();
                // A frame that is due goes out in the next step.
                if deadline.is_some_and(|at| at <= now) {
                    self.pass_deadline();
                } else if carrier_silent_at <= now {
                    self.lose_carrier();
                }
            }
            () = &mut self.stopping, if !self.told_to_stop => self.stop(),
        }
    }

    fn tell(&mut self, event: Event) {
        let at = self.now();
        let event = self.call.judged(event);
        self.trace.event(at, &event);
        self.call.handle(at, event);
    }

    fn pass_deadline(&mut self) {
        let at = self.now();
        if let Some((_, timer)) = self.call.poll_timeout() {
            self.trace.timeout(at, timer);
        }
        self.call.handle_timeout(at);
    }

    fn now(&self) -> CallTime {
        CallTime::from(self.began.elapsed())
    }

    fn instant(&self, at: CallTime) -> Instant {
        self.began + Duration::from_millis(at.as_ms())
    }
}
