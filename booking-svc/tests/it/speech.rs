//! How a business's calls are heard and spoken to, as it is stored.

use booking_svc::booking::rules::Speech;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::Salon;

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn settings_are_read_as_they_are_now(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let before = salon.desk.rules(salon.tenant).await.expect("the rules");
    assert_eq!(before.profile.speech, Speech::default());
    sqlx::query(
        "UPDATE tenants SET recognition_chain = '{deepgram,embedded}', synthesis_chain = '{azure}', \
                azure_voice = 'en-GB-SoniaNeural', azure_style = 'cheerful', azure_rate_percent = -5, \
                elevenlabs_voice_id = 'abc1', elevenlabs_rate_percent = 10 WHERE id = $1",
    )
    .bind(salon.tenant.as_uuid())
    .execute(&salon.pool)
    .await
    .expect("well-formed settings");
    let after = salon.desk.rules(salon.tenant).await.expect("the rules");
    let expected = Speech {
        recognition_chain: vec!["deepgram".to_owned(), "embedded".to_owned()],
        synthesis_chain: vec!["azure".to_owned()],
        azure_voice: "en-GB-SoniaNeural".to_owned(),
        azure_style: "cheerful".to_owned(),
        azure_rate_percent: Some(-5),
        elevenlabs_voice_id: "abc1".to_owned(),
        elevenlabs_rate_percent: Some(10),
    };
    assert_eq!(after.profile.speech, expected);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_no_vendor_could_take_is_refused_when_it_is_written(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    for malformed in [
        "recognition_chain = '{deepgram,NULL}'",
        "synthesis_chain = '{a,b,c,d,e,f,g,h,i}'",
        "azure_rate_percent = 300",
        "elevenlabs_voice_id = '../user'",
        "elevenlabs_rate_percent = 21",
    ] {
        let update = sqlx::AssertSqlSafe(format!("UPDATE tenants SET {malformed}"));
        let error = sqlx::query(update).execute(&salon.pool).await.expect_err(malformed);
        assert!(error.as_database_error().is_some_and(|error| error.is_check_violation()), "{malformed}: {error}");
    }
}
