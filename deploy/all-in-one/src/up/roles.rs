//! Has each service take a database role of its own, for which row security holds.

use service_runtime::Env;
use sqlx::{AssertSqlSafe, PgPool};

/// The variable by which a service is told its role, and the role that the migrations make for it.
const ROLES: [(&str, &str); 3] = [
    ("BOOKING_DB_ROLE", "receptionist_booking"),
    ("CONVERSATION_DB_ROLE", "receptionist_conversation"),
    ("HANDOFF_DB_ROLE", "receptionist_handoff"),
];

/// Names the roles that this user may take, unless the environment says otherwise already. Where it may not, the services work as
/// that user: the queries keep businesses apart, and nothing checks that they do.
pub async fn name_them(pool: &PgPool, mut env: Env) -> Result<Env, sqlx::Error> {
    for (variable, role) in ROLES {
        if env.is_set(variable) {
            continue;
        }
        if may_take(pool, role).await? {
            env = env.with(variable, role);
        } else {
            tracing::warn!(role, "this database user may not take the role, so row security is off for its service");
        }
    }
    Ok(env)
}

/// Tried, not looked up: being a member is not enough in every version of PostgreSQL.
async fn may_take(pool: &PgPool, role: &'static str) -> Result<bool, sqlx::Error> {
    let mut tx = pool.begin().await?;
    // A role's name cannot be bound; these are our own.
    let taken = sqlx::query(AssertSqlSafe(format!("SET LOCAL ROLE {role}"))).execute(&mut *tx).await;
    tx.rollback().await?;
    match taken {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test(migrator = "migrations::MIGRATOR")]
    async fn each_service_gets_its_role_unless_the_environment_says_otherwise(pool: PgPool) {
        let env = name_them(&pool, Env::from_pairs([("HANDOFF_DB_ROLE", "")])).await.expect("an answer");
        assert_eq!(env.text("BOOKING_DB_ROLE").as_deref(), Some("receptionist_booking"));
        assert_eq!(env.text("CONVERSATION_DB_ROLE").as_deref(), Some("receptionist_conversation"));
        assert_eq!(env.text("HANDOFF_DB_ROLE"), None);
    }

    #[sqlx::test]
    async fn a_role_that_is_not_there_is_not_taken(pool: PgPool) {
        assert!(!may_take(&pool, "receptionist_nobody").await.expect("an answer"));
    }
}
