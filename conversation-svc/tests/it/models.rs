//! Turns that a model answers: over the wire of the vendors, on a real database.

use proto::{
    common::v1::Channel,
    conversation::v1::{Directive, Expectation},
};
use serde_json::json;
use service_runtime::Env;
use sqlx::PgPool;
use system_tests::fakes::{
    model::{Part, Script},
    openai::{self, OpenAi},
};

use super::wire::Installation;

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
