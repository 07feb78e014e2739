//! Turns that a model answers: over the wire of the vendors, on a real database.

use proto::{
    common::v1::Channel,
    conversation::v1::{Directive, Expectation},
};
use serde_json::{Value, json};
use service_runtime::Env;
use sqlx::PgPool;
use system_tests::fakes::{
    anthropic::{self, Anthropic},
    model::{Fault, Part, Script},
    openai::{self, OpenAi},
    served::Record,
};

use super::wire::{Installation, eventually};

/// Models answer every turn, unless a test says otherwise.
fn env(fake: &OpenAi) -> Env {
    Env::from_pairs([("OPENAI_API_KEY", openai::KEY), ("OPENAI_BASE_URL", &fake.url()), ("LLM_TURNS", "all")])
}

async fn fake() -> OpenAi {
    OpenAi::start().await.expect("a port")
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_call_books_by_the_tools_of_a_model(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake)).await;
    let mut caller = installation.call(Channel::Phone).await;
    let script = |script| fake.record().script(script);

    script(Script::Parts(vec![
        Part::Text("One moment.".to_owned()),
        Part::call("place_hold", json!({ "service": "Massage", "staff": null, "start": "2026-11-25T14:00" })),
    ]));
    script(Script::say("Tomorrow at two is free. What name is it for?"));
    let reply = caller.says("I'd like a massage tomorrow at 2 pm").await;
    assert_eq!(reply.text, "One moment. Tomorrow at two is free. What name is it for?");
    assert_eq!((reply.tools, reply.expects), (vec!["place_hold".to_owned()], Expectation::Name));
    assert_eq!(installation.holds().await, 1);

    script(Script::Parts(vec![
        Part::call(
            "keep_details",
            json!({ "name": "Alex Morrison", "email": "alex@example.com", "email_confirmed": true }),
        ),
        Part::Text("A massage tomorrow at two, for Alex Morrison. Shall I book it?".to_owned()),
    ]));
    script(Script::say("Shall I book it?"));
    let reply = caller.says("Alex Morrison, and it is alex at example dot com, I am sure of that").await;
    assert_eq!(reply.expects, Expectation::YesNo, "{}", reply.text);

    script(Script::call("book", json!({ "name": "Alex Morrison", "email": "alex@example.com" })));
    script(Script::say("Is there anything else?"));
    let reply = caller.says("yes please").await;
    assert!(reply.text.starts_with("You're booked") && reply.text.contains("2 PM"), "{}", reply.text);
    assert_eq!(reply.tools, ["book"]);

    script(Script::Parts(vec![Part::Text("Goodbye, Alex!".to_owned()), Part::call("end_call", json!({}))]));
    let reply = caller.says("no that is all").await;
    assert_eq!((reply.text.as_str(), reply.directive), ("Goodbye, Alex!", Directive::HangUp));
    assert_eq!(installation.appointments().await, ["Massage 2026-11-25T14:00 Alex Morrison alex@example.com"]);
    assert_eq!(fake.violations(), Vec::<String>::new());
    assert_eq!(fake.record().requests().len(), 7);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn plain_turns_are_answered_without_a_model(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake).with("LLM_TURNS", "hard")).await;
    let mut caller = installation.call(Channel::Phone).await;
    let reply = caller.says("I'd like a massage tomorrow at 2 pm").await;
    assert_eq!((reply.expects, reply.answered_by.as_str()), (Expectation::Name, "engine"));
    assert!(fake.record().requests().is_empty());
    fake.record().script(Script::say("Yes, it helps many people with a bad back. May I have your name?"));
    let text =
        "well my doctor told me that deep pressure could make my sciatica worse, would that one be all right for me";
    let reply = caller.says(text).await;
    assert_eq!((reply.expects, reply.answered_by.as_str()), (Expectation::Name, "openai"));
    // The engine goes on where the model stopped.
    let reply = caller.says("Alex Morrison").await;
    assert_eq!((reply.expects, reply.answered_by.as_str()), (Expectation::Email, "engine"), "{}", reply.text);
    let asked = fake.record().requests();
    let [request] = asked.as_slice() else { panic!("one request") };
    let last = request["messages"].as_array().expect("messages").last().expect("the turn");
    let situation = last["content"].as_str().expect("text");
    assert!(situation.contains("Held for the caller, not booked: Wednesday 2026-11-25 14:00"), "{situation}");
    assert!(situation.ends_with(&format!("<caller>{text}</caller>")), "{situation}");
}

/// Both vendors, OpenAI first.
async fn two(pool: PgPool) -> (OpenAi, Anthropic, Installation) {
    let (first, second) = (fake().await, Anthropic::start().await.expect("a port"));
    let env = env(&first).with("ANTHROPIC_API_KEY", anthropic::KEY).with("ANTHROPIC_BASE_URL", second.url());
    let env = env.with("LLM_PROGRESS_MS_MAX", "300");
    let installation = Installation::start_with(pool, &env).await;
    (first, second, installation)
}

fn hold() -> Part {
    Part::call("place_hold", json!({ "service": "Massage", "staff": null, "start": "2026-11-25T14:00" }))
}

/// A fault that the client tries twice.
fn is_down(fake: &Record<Script, Value>) {
    fake.script(Script::status(500, "{}"));
    fake.script(Script::status(500, "{}"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_second_model_goes_on_where_the_first_broke_off(pool: PgPool) {
    let (first, second, installation) = two(pool).await;
    let mut caller = installation.call(Channel::Phone).await;
    // It holds, begins to say so, and stalls.
    first.record().script(Script::Parts(vec![hold()]));
    let words = vec![Part::Text("Two is free. And then there is nothing more to come from me".to_owned())];
    first.record().script(Script::Faulty(words, Fault::StallAfter(8)));
    second.record().script(Script::say("What name is it for?"));
    let reply = caller.says("a massage tomorrow at two").await;
    assert_eq!((reply.text.as_str(), reply.expects), ("Two is free. What name is it for?", Expectation::Name));
    assert_eq!(reply.answered_by, "openai+anthropic");
    assert_eq!((reply.tools.len(), installation.holds().await), (1, 1), "held once");
    let asked = second.record().requests().remove(0).to_string();
    assert!(asked.contains("tool_result") && asked.contains("Two is free."), "it knows what was said and done");
    assert_eq!((first.violations(), second.violations()), (vec![], vec![]));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_engine_answers_when_no_model_does(pool: PgPool) {
    let (first, second, installation) = two(pool).await;
    let mut caller = installation.call(Channel::Phone).await;
    is_down(first.record());
    is_down(second.record());
    let reply = caller.says("a massage tomorrow at two").await;
    assert_eq!((reply.expects, reply.tools.len()), (Expectation::Name, 1), "{}", reply.text);
    assert_eq!(reply.answered_by, "openai+anthropic+engine");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_engine_goes_on_with_what_a_model_had_done(pool: PgPool) {
    let (first, second, installation) = two(pool).await;
    let mut caller = installation.call(Channel::Phone).await;
    first.record().script(Script::Parts(vec![hold()]));
    is_down(first.record());
    is_down(second.record());
    let reply = caller.says("a massage tomorrow at two").await;
    assert_eq!((reply.expects, reply.tools.len()), (Expectation::Name, 1), "{}", reply.text);
    assert_eq!(installation.holds().await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_caller_who_breaks_in_ends_the_request_and_no_tool(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake)).await;
    let mut caller = installation.call(Channel::Phone).await;
    fake.record().script(Script::Parts(vec![hold()]));
    fake.record().script(Script::NoAnswer);
    caller.begins("a massage tomorrow at two").await;
    eventually(|| async { (fake.record().requests().len() == 2).then_some(()) }).await;
    caller.cancels().await;
    eventually(|| async { (fake.record().left_early() == 1).then_some(()) }).await;
    assert_eq!(installation.holds().await, 1);
    fake.record().script(Script::say("Yes?"));
    caller.begins("hello?").await;
    // The tool of the turn before was told on the way.
    let reply = caller.hears().await;
    assert_eq!((reply.text.as_str(), reply.tools.len()), ("Yes?", 1));
    let asked = fake.record().requests().pop().expect("a request").to_string();
    assert!(
        asked.contains("Held for the caller, not booked: Wednesday 2026-11-25 14:00"),
        "the hold is known: {asked}"
    );
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_model_is_told_its_mistakes_and_makes_only_so_many(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake)).await;
    let mut caller = installation.call(Channel::Phone).await;
    fake.record().script(Script::Parts(vec![
        Part::Call { name: "find_slots".to_owned(), arguments: "{\"service\": \"Mass".to_owned() },
        Part::call("find_slots", json!({ "service": "Haircut", "staff": null, "from": "2026-11-25T00:00", "to": "2026-11-26T00:00", "moving": null })),
        Part::call("read_calendar", json!({})),
        hold(),
    ]));
    fake.record().script(Script::say("How can I help you?"));
    let reply = caller.says("a massage tomorrow at two").await;
    assert_eq!((reply.text.as_str(), reply.tools.len()), ("How can I help you?", 0));
    let request = fake.record().requests().pop().expect("a request");
    let results: Vec<&str> = request["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .filter(|message| message["role"] == "tool")
        .filter_map(|message| message["content"].as_str())
        .collect();
    let expected =
        ["do not fit the schema", "service must be one of Massage", "there is no such tool", "no more calls"];
    assert_eq!(results.len(), expected.len());
    for (result, expected) in results.iter().zip(expected) {
        assert!(result.contains(expected), "{result}");
    }
    assert_eq!(installation.holds().await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_the_caller_has_not_heard_of_is_not_booked(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake)).await;
    let mut caller = installation.call(Channel::Phone).await;
    let book = || Part::call("book", json!({ "name": "Alex Morrison", "email": null }));
    fake.record().script(Script::Parts(vec![hold(), book()]));
    fake.record().script(Script::say("A massage tomorrow at two for Alex Morrison. Shall I book it?"));
    let reply = caller.says("a massage tomorrow at two for Alex Morrison").await;
    assert_eq!((reply.tools, installation.appointments().await.len()), (vec!["place_hold".to_owned()], 0));
    fake.record().script(Script::Parts(vec![book()]));
    fake.record().script(Script::say("What should be different?"));
    caller.says("no, that is not what I meant").await;
    assert_eq!(installation.appointments().await.len(), 0, "a no is a no");
    fake.record().script(Script::Parts(vec![book()]));
    fake.record().script(Script::say("Is there anything else?"));
    let reply = caller.says("well, go on then").await;
    assert_eq!(installation.appointments().await.len(), 1, "{}", reply.text);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_conversation_that_has_used_up_its_budget_is_the_engines(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake).with("LLM_CALL_TOKENS_MAX", "250")).await;
    let mut caller = installation.call(Channel::Phone).await;
    fake.record().script(Script::say("How can I help you?"));
    assert_eq!(caller.says("hello there").await.answered_by, "openai");
    fake.record().script(Script::say("Still here."));
    assert_eq!(caller.says("hello there").await.answered_by, "openai");
    assert_eq!(caller.says("hello there").await.answered_by, "engine");
    assert_eq!(fake.record().requests().len(), 2);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_refusal_and_an_endless_answer_leave_nobody_in_silence(pool: PgPool) {
    let fake = fake().await;
    let installation = Installation::start_with(pool, &env(&fake)).await;
    let mut caller = installation.call(Channel::Phone).await;
    fake.record().script(Script::Parts(vec![Part::Refusal("I will not.".to_owned())]));
    let reply = caller.says("what services do you offer").await;
    assert!(reply.text.contains("massage") && reply.answered_by == "openai+engine", "{}", reply.text);
    fake.record().script(Script::say(&"We have massages. ".repeat(200)));
    let reply = caller.says("and what else can you tell me").await;
    assert_eq!(reply.text.matches("massages").count(), 8);
}
