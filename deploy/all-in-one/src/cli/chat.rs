//! `chat`: the agent in text, through the same service and the same tools as a call.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use jiff::Timestamp;
use proto::{
    common::v1::Channel,
    conversation::v1::{
        AgentEvent, CallEnded, CallStarted, CallStatus, CallerEvent, Directive, EndReason, Heard, Turn, TurnCompleted,
        agent_event, caller_event, conversation_service_client::ConversationServiceClient,
    },
};
use serde_json::{Value, json};
use service_runtime::{Env, grpc};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, stdin},
    sync::mpsc,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;

use super::clock;
use crate::{
    directory::{self, Business},
    up::{Data, Running, UpConfig},
};

/// A line of text waits for the answer to the one before it, so one or two are under way.
const EVENT_LANE: usize = 8;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The moment at which the conversation begins; now by default
    #[arg(long, value_name = "RFC3339")]
    now: Option<Timestamp>,
    /// The business to talk to; by default the first demonstration business
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// Keeps the data here; by default it is gone afterwards
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// One JSON object an event
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let running = Running::start(UpConfig {
        data: args.data_dir.clone().map_or(Data::Throwaway, Data::Kept),
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        clock: clock(args.now),
        env: Env::of_process(),
        voice: false,
    })
    .await?;
    let talked = talk(&running, &args).await;
    running.stop().await?;
    talked.map(|()| ExitCode::SUCCESS)
}

async fn talk(running: &Running, args: &Args) -> anyhow::Result<()> {
    let business = business(running, args.tenant.as_deref()).await?;
    let mut chat = Chat::open(running.grpc_addr, &business, args.json).await?;
    let mut lines = BufReader::new(stdin()).lines();
    let mut turn_id = 0;
    while let Some(line) = lines.next_line().await? {
        if line.trim().is_empty() {
            continue;
        }
        turn_id += 1;
        if chat.turn(turn_id, line).await? == Directive::HangUp {
            break;
        }
    }
    chat.end(turn_id).await
}

async fn business(running: &Running, slug: Option<&str>) -> anyhow::Result<Business> {
    let businesses = directory::businesses(running.pool()).await?;
    let slugs = businesses.iter().map(|b| b.slug.clone()).collect::<Vec<_>>().join(", ");
    match slug {
        None => businesses.into_iter().next().context("there is no business in this database"),
        Some(slug) => businesses
            .into_iter()
            .find(|business| business.slug == slug)
            .with_context(|| format!("no business has the slug {slug}; there are: {slugs}")),
    }
}

/// One conversation on its stream.
struct Chat {
    events: mpsc::Sender<CallerEvent>,
    replies: Streaming<AgentEvent>,
    json: bool,
}

impl Chat {
    async fn open(grpc_addr: SocketAddr, business: &Business, json: bool) -> anyhow::Result<Self> {
        let mut client = ConversationServiceClient::new(grpc::channel(&grpc::uri_of(grpc_addr))?);
        let (events, stream) = mpsc::channel(EVENT_LANE);
        let started = CallStarted {
            tenant_id: business.tenant_id.to_string(),
            channel: Channel::Web.into(),
            trace_tools: true,
            ..CallStarted::default()
        };
        events.send(event(caller_event::Event::CallStarted(started))).await?;
        let replies = client.converse(ReceiverStream::new(stream)).await?.into_inner();
        let mut chat = Self { events, replies, json };
        match chat.next().await? {
            agent_event::Event::SessionOpened(opened) => {
                chat.show(
                    &format!("agent   {} {}", opened.greeting, opened.consent_sentence),
                    json!({"event": "session_opened", "session_id": opened.session_id, "greeting": opened.greeting, "consent_sentence": opened.consent_sentence}),
                );
            }
            _ => anyhow::bail!("the conversation service did not open a session"),
        }
        Ok(chat)
    }

    /// Sends a turn and shows everything up to the end of the reply.
    async fn turn(&mut self, turn_id: u32, text: String) -> anyhow::Result<Directive> {
        self.show(&format!("you     {text}"), json!({"event": "turn", "turn": turn_id, "text": text}));
        self.events.send(event(caller_event::Event::Turn(Turn { turn_id, text, ..Turn::default() }))).await?;
        let mut reply = Vec::new();
        loop {
            match self.next().await? {
                agent_event::Event::ToolCalled(tool) => self.show(
                    &format!("        {}({}) → {}", tool.name, tool.arguments_json, tool.result_json),
                    json!({"event": "tool", "turn": tool.turn_id, "name": tool.name, "arguments": parsed(&tool.arguments_json), "result": parsed(&tool.result_json)}),
                ),
                agent_event::Event::Sentence(sentence) => {
                    self.show(
                        &format!("agent   {}", sentence.text),
                        json!({"event": "sentence", "turn": sentence.turn_id, "text": sentence.text}),
                    );
                    reply.push(sentence.text);
                }
                // A chat has no recording.
                agent_event::Event::RecordingDeclined(_) => {}
                agent_event::Event::TurnCompleted(completed) => {
                    let directive = completed.directive();
                    self.show_end(&completed);
                    let heard = Heard { turn_id, text: reply.join(" "), complete: true };
                    self.events.send(event(caller_event::Event::Heard(heard))).await?;
                    return Ok(directive);
                }
                agent_event::Event::SessionOpened(_) => anyhow::bail!("the conversation service opened a second session"),
            }
        }
    }

    async fn end(mut self, turn_count: u32) -> anyhow::Result<()> {
        let ended = CallEnded {
            status: CallStatus::Completed.into(),
            reason: EndReason::CallerHungUp.into(),
            turn_count,
            ..CallEnded::default()
        };
        self.events.send(event(caller_event::Event::CallEnded(ended))).await?;
        drop(self.events);
        // The service has written the end when its side closes.
        while self.replies.message().await?.is_some() {}
        Ok(())
    }

    async fn next(&mut self) -> anyhow::Result<agent_event::Event> {
        let message = self.replies.message().await?.context("the conversation service ended the conversation")?;
        message.event.context("the conversation service sent an empty event")
    }

    fn show(&self, text: &str, event: Value) {
        if self.json { println!("{event}") } else { println!("{text}") }
    }

    fn show_end(&self, completed: &TurnCompleted) {
        if self.json {
            let (expects, directive) = (completed.expects().as_str_name(), completed.directive().as_str_name());
            let TurnCompleted { turn_id, answered_by, .. } = completed;
            println!(
                "{}",
                json!({"event": "turn_completed", "turn": turn_id, "expects": expects, "directive": directive, "answered_by": answered_by})
            );
        }
    }
}

fn event(event: caller_event::Event) -> CallerEvent {
    CallerEvent { event: Some(event) }
}

/// JSON in a string as JSON; other text stays a string.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
