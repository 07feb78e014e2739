//! Both vendors' protocols over their wire: what is asked, what each kind of answer means, and what each fault does.

use std::time::Duration;

use conversation_svc::agent::llm::{
    Call, CallResult, End, LlmSettings, Message, ModelError, Models, Piece, Prompt, Stop, ToolSchema, Usage,
};
use rstest::rstest;
use serde_json::{Value, json};
use service_runtime::Env;
use system_tests::fakes::{
    anthropic::{self, Anthropic},
    model::{Fault, Part, Script},
    openai::{self, OpenAi},
    served::Record,
};
use tokio::time::Instant;

/// Either of the fakes.
enum Fake {
    OpenAi(OpenAi),
    Anthropic(Anthropic),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    OpenAi,
    Anthropic,
}

impl Fake {
    async fn start(kind: Kind) -> Self {
        service_runtime::install_crypto_provider();
        match kind {
            Kind::OpenAi => Self::OpenAi(OpenAi::start().await.expect("a port")),
            Kind::Anthropic => Self::Anthropic(Anthropic::start().await.expect("a port")),
        }
    }

    fn record(&self) -> &Record<Script, Value> {
        match self {
            Self::OpenAi(fake) => fake.record(),
            Self::Anthropic(fake) => fake.record(),
        }
    }

    fn violations(&self) -> Vec<String> {
        match self {
            Self::OpenAi(fake) => fake.violations(),
            Self::Anthropic(fake) => fake.violations(),
        }
    }

    /// With short deadlines: the fakes are on this machine.
    fn env(&self) -> Env {
        let (key, url, names) = match self {
            Self::OpenAi(fake) => (openai::KEY, fake.url(), ("OPENAI_API_KEY", "OPENAI_BASE_URL")),
            Self::Anthropic(fake) => (anthropic::KEY, fake.url(), ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")),
        };
        Env::from_pairs([(names.0, key.to_owned()), (names.1, url)])
            .with("LLM_FIRST_TOKEN_MS_MAX", "3000")
            .with("LLM_PROGRESS_MS_MAX", "3000")
    }
}

fn prompt() -> Prompt {
    let parameters = json!({ "type": "object", "properties": { "date": { "type": "string" } }, "required": ["date"], "additionalProperties": false });
    let tool = ToolSchema { name: "find_slots", description: "Free starts", parameters };
    Prompt {
        system: "You are the receptionist of Bloom.".into(),
        tools: vec![tool].into(),
        messages: vec![Message::User("Can I come tomorrow?".to_owned())],
        tokens_max: 300,
    }
}

/// The whole answer, or why there is none.
async fn ask(env: &Env, prompt: &Prompt) -> Result<(String, Vec<Call>, End), ModelError> {
    let models = Models::new(LlmSettings::from_env(env)).expect("a client");
    let pick = models.pick(&[]).expect("a model");
    let mut answer = models.ask(pick, prompt, Instant::now() + Duration::from_secs(20)).await?;
    let (mut text, mut calls) = (String::new(), Vec::new());
    loop {
        match answer.next().await?.expect("an end") {
            Piece::Text(piece) => text.push_str(&piece),
            Piece::Call(call) => calls.push(call),
            Piece::End(end) => {
                assert!(matches!(answer.next().await, Ok(None)), "nothing comes after the end");
                return Ok((text, calls, end));
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn words_stream_and_are_counted(#[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind) {
    let fake = Fake::start(kind).await;
    let words = "Sí, mañana a las 3: ¿le va bien?";
    fake.record().script(Script::say(words));
    let (text, calls, end) = ask(&fake.env(), &prompt()).await.expect("an answer");
    assert_eq!((text.as_str(), calls.len()), (words, 0));
    let output = u64::try_from(words.len() / 4).expect("a few");
    let usage = Usage { input: 200, input_cached: 128, output };
    assert_eq!(end, End { stop: Stop::Finished, usage: Some(usage) });
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn calls_come_in_fragments_several_at_once_and_beside_words(
    #[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind,
    #[values(None, Some(Fault::Shredded))] fault: Option<Fault>,
) {
    let fake = Fake::start(kind).await;
    let parts = vec![
        Part::Text("One moment.".to_owned()),
        Part::call("find_slots", json!({ "date": "2026-11-25", "note": "día \"1\"" })),
        Part::call("find_slots", json!({ "date": "2026-11-26" })),
        Part::call("end_call", json!({})),
    ];
    fake.record().script(match fault {
        None => Script::Parts(parts),
        Some(fault) => Script::Faulty(parts, fault),
    });
    let (text, calls, end) = ask(&fake.env(), &prompt()).await.expect("an answer");
    assert_eq!((text.as_str(), end.stop), ("One moment.", Stop::Finished));
    let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["find_slots", "find_slots", "end_call"]);
    let first: Value = serde_json::from_str(&calls[0].arguments).expect("JSON");
    assert_eq!(first, json!({ "date": "2026-11-25", "note": "día \"1\"" }));
    assert!(calls[0].id != calls[1].id && !calls[0].id.is_empty());
}

#[rstest]
#[tokio::test]
async fn results_go_back_as_the_vendor_wants_them(#[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind) {
    let fake = Fake::start(kind).await;
    let mut prompt = prompt();
    let call = |id: &str, arguments: &str| Call {
        id: id.to_owned(),
        name: "find_slots".to_owned(),
        arguments: arguments.to_owned(),
    };
    let result = |id: &str, is_error| CallResult { id: id.to_owned(), content: "{}".to_owned(), is_error };
    prompt.messages.extend([
        Message::Agent {
            text: String::new(),
            calls: vec![call("a", "{\"date\":\"2026-11-25\"}"), call("b", "no JSON")],
        },
        Message::Results(vec![result("a", false), result("b", true)]),
        Message::Agent { text: "It is".to_owned(), calls: vec![] },
        Message::User("go on".to_owned()),
    ]);
    ask(&fake.env(), &prompt).await.expect("an answer");
    assert_eq!(fake.violations(), Vec::<String>::new());
    let request = fake.record().requests().remove(0);
    match kind {
        Kind::OpenAi => {
            assert_eq!(request["messages"][3], json!({ "role": "tool", "tool_call_id": "a", "content": "{}" }));
            assert_eq!(request["messages"][2]["tool_calls"][1]["function"]["arguments"], "no JSON");
            assert_eq!(request["max_completion_tokens"], 300);
        }
        Kind::Anthropic => {
            let results = &request["messages"][2]["content"];
            assert_eq!(
                results[1],
                json!({ "type": "tool_result", "tool_use_id": "b", "content": "{}", "is_error": true })
            );
            assert_eq!(request["messages"][1]["content"][1]["input"], json!({}), "what is no JSON is no input");
        }
    }
}

#[rstest]
#[case::refusal(vec![Part::Refusal("I cannot.".to_owned())], Stop::Refused)]
#[case::length(vec![Part::Text("As long as".to_owned()), Part::Length], Stop::Length)]
#[case::cut_call(vec![Part::call("find_slots", json!({ "date": "2026" })), Part::Length], Stop::Length)]
#[tokio::test]
async fn an_answer_says_why_it_ended(
    #[case] parts: Vec<Part>,
    #[case] stop: Stop,
    #[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind,
) {
    let fake = Fake::start(kind).await;
    fake.record().script(Script::Parts(parts));
    let (_, calls, end) = ask(&fake.env(), &prompt()).await.expect("an answer");
    assert_eq!((end.stop, calls.len()), (stop, 0), "a call that was cut is not to be carried out");
}

#[rstest]
#[case(400, "{}", ModelError::BadRequest(400))]
#[case(401, "{}", ModelError::KeyRefused(401))]
#[case(402, "{}", ModelError::QuotaExhausted)]
#[case(403, "{}", ModelError::KeyRefused(403))]
#[case(404, "not JSON", ModelError::UnknownModel)]
#[case(413, "{}", ModelError::PromptTooLong)]
#[case(400, "{\"error\":{\"code\":\"context_length_exceeded\"}}", ModelError::PromptTooLong)]
#[case(
    429,
    "{\"error\":{\"code\":\"insufficient_quota\",\"type\":\"insufficient_quota\"}}",
    ModelError::QuotaExhausted
)]
#[tokio::test]
async fn what_a_second_try_would_not_heal_fails_at_once(
    #[case] status: u16,
    #[case] body: &str,
    #[case] error: ModelError,
    #[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind,
) {
    let fake = Fake::start(kind).await;
    fake.record().script(Script::status(status, body));
    assert_eq!(ask(&fake.env(), &prompt()).await.err(), Some(error));
    assert_eq!(fake.record().requests().len(), 1);
}

#[rstest]
#[case(429)]
#[case(500)]
#[case(503)]
#[case(529)]
#[tokio::test]
async fn what_a_second_try_may_heal_is_tried_once_more(
    #[case] status: u16,
    #[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind,
) {
    let fake = Fake::start(kind).await;
    fake.record().script(Script::status(status, "{}"));
    fake.record().script(Script::say("Here I am."));
    assert_eq!(ask(&fake.env(), &prompt()).await.expect("an answer").0, "Here I am.");
    fake.record().script(Script::status(status, "{}"));
    fake.record().script(Script::status(status, "{}"));
    assert!(ask(&fake.env(), &prompt()).await.is_err(), "twice is enough");
    assert_eq!(fake.record().requests().len(), 4);
}

#[rstest]
#[tokio::test]
async fn a_vendor_that_asks_for_a_long_pause_is_not_waited_for(#[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind) {
    let fake = Fake::start(kind).await;
    let headers = vec![("retry-after", "20".to_owned())];
    fake.record().script(Script::Status { status: 429, body: "{}".to_owned(), headers });
    let error = ask(&fake.env(), &prompt()).await.err();
    assert_eq!(error, Some(ModelError::TooManyRequests { retry_after: Some(Duration::from_secs(20)) }));
    assert_eq!(fake.record().requests().len(), 1);
}

#[rstest]
#[case::stalled(Fault::StallAfter(6), ModelError::Stalled(Duration::from_millis(200)))]
#[case::cut(Fault::CutAfter(6), ModelError::BrokeOff)]
#[case::ended(Fault::EndAfter(6), ModelError::BrokeOff)]
#[case::error(Fault::ErrorAfter(6), ModelError::Unavailable { status: 500, retry_after: None })]
#[tokio::test]
async fn an_answer_that_breaks_in_the_middle_is_an_error(
    #[case] fault: Fault,
    #[case] error: ModelError,
    #[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind,
) {
    let fake = Fake::start(kind).await;
    let words = "one two three four five six seven eight";
    fake.record().script(Script::Faulty(vec![Part::Text(words.to_owned())], fault));
    // What keeps the connection open is no progress.
    let env = fake.env().with("LLM_PROGRESS_MS_MAX", "200");
    let overloaded = ModelError::Unavailable { status: 529, retry_after: None };
    let expected = if kind == Kind::Anthropic && matches!(fault, Fault::ErrorAfter(_)) { overloaded } else { error };
    assert_eq!(ask(&env, &prompt()).await.err(), Some(expected));
}

#[rstest]
#[tokio::test]
async fn what_is_no_json_is_an_error(#[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind) {
    let fake = Fake::start(kind).await;
    fake.record().script(Script::Faulty(vec![Part::Text("one two three".to_owned())], Fault::MalformedAfter(4)));
    assert!(matches!(ask(&fake.env(), &prompt()).await, Err(ModelError::Protocol(_))));
}

#[rstest]
#[case::silent(Script::NoAnswer)]
#[case::alive(Script::Faulty(vec![Part::Text("late".to_owned())], Fault::StallAfter(0)))]
#[case::slow(Script::Faulty(vec![Part::Text("late".to_owned())], Fault::SlowFirst(Duration::from_secs(60))))]
#[tokio::test]
async fn the_first_word_is_waited_for_so_long_and_no_longer(
    #[case] script: Script,
    #[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind,
) {
    let fake = Fake::start(kind).await;
    fake.record().script(script);
    let env = fake.env().with("LLM_FIRST_TOKEN_MS_MAX", "250");
    let late = ModelError::FirstTokenLate(Duration::from_millis(250));
    assert_eq!(ask(&env, &prompt()).await.err(), Some(late));
}

#[rstest]
#[tokio::test]
async fn an_answer_without_end_is_given_up(#[values(Kind::OpenAi, Kind::Anthropic)] kind: Kind) {
    let fake = Fake::start(kind).await;
    let event = format!(": {}\n\n", "x".repeat(60_000));
    fake.record().script(Script::Raw(event.repeat(40)));
    assert_eq!(ask(&fake.env(), &prompt()).await.err(), Some(ModelError::AnswerTooLong));
    fake.record()
        .script(Script::Parts(vec![Part::Call { name: "find_slots".to_owned(), arguments: "x".repeat(20_000) }]));
    assert_eq!(ask(&fake.env(), &prompt()).await.err(), Some(ModelError::AnswerTooLong));
}

#[tokio::test]
async fn servers_that_speak_almost_as_openai_does_are_understood() {
    let fake = Fake::start(Kind::OpenAi).await;
    // Whole calls, no index, empty ids, no usage, no blank after the colon.
    let chunk = |delta: Value| format!("data:{}\n\n", json!({ "choices": [{ "delta": delta }] }));
    let function = json!({ "name": "find_slots", "arguments": "{}" });
    let calls = chunk(json!({ "tool_calls": [{ "id": "", "function": function }] }));
    let end = format!("data:{}\n\n", json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }));
    fake.record().script(Script::Raw(format!("{}{calls}{end}data:[DONE]\n\n", chunk(json!({ "content": "Well." })))));
    let (text, calls, end) = ask(&fake.env(), &prompt()).await.expect("an answer");
    assert_eq!((text.as_str(), calls.len(), end.usage), ("Well.", 1, None));
    assert_eq!((calls[0].id.as_str(), calls[0].name.as_str()), ("call_0", "find_slots"));
}

#[tokio::test]
async fn older_servers_get_the_older_name_of_the_limit() {
    let fake = Fake::start(Kind::OpenAi).await;
    let env = fake.env().with("OPENAI_TOKENS_FIELD", "max_tokens").with("LLM_TEMPERATURE", "0.5");
    ask(&env, &prompt()).await.expect("an answer");
    let request = fake.record().requests().remove(0);
    assert_eq!((&request["max_tokens"], request.get("max_completion_tokens")), (&json!(300), None));
    assert_eq!(request["temperature"], 0.5);
}

#[tokio::test]
async fn a_vendor_that_fails_twice_is_left_alone_for_a_while() {
    let fake = Fake::start(Kind::OpenAi).await;
    let models = Models::new(LlmSettings::from_env(&fake.env())).expect("a client");
    for _ in 0..2 {
        let pick = models.pick(&[]).expect("worth asking");
        models.failed(pick, &ModelError::BrokeOff);
    }
    assert_eq!(models.pick(&[]), None, "the engine answers");
}

#[tokio::test]
async fn nobody_there_is_an_error() {
    service_runtime::install_crypto_provider();
    let env = Env::from_pairs([("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "http://127.0.0.1:1")]);
    assert_eq!(ask(&env, &prompt()).await.err(), Some(ModelError::Connect));
}
