//! Giving holds back, and keeping them alive.

use proto::id::{HoldId, SessionId, TenantId};
use sqlx::PgConnection;

use crate::store::{
    claims,
    error::StoreError,
    holds::{self, Ended},
    transaction::{LockKeys, Verdict, Write},
};

pub(super) struct Release {
    pub tenant: TenantId,
    pub session: SessionId,
    /// `None`: all of the session's.
    pub which: Option<HoldId>,
}

impl Write for Release {
    type Answer = u32;
    const NAME: &'static str = "release_hold";

    fn locks(&self) -> LockKeys {
        LockKeys::default().session(self.tenant, self.session)
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u32>, StoreError> {
        let released = holds::end(tx, self.tenant, self.session, self.which, Ended::Released).await?;
        Ok(Verdict::Commit(released))
    }
}

pub(super) struct Renew {
    pub tenant: TenantId,
    pub session: SessionId,
    pub ttl_micros: i64,
}

impl Write for Renew {
    type Answer = u64;
    const NAME: &'static str = "renew_holds";

    fn locks(&self) -> LockKeys {
        LockKeys::default().session(self.tenant, self.session)
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u64>, StoreError> {
        let renewed = claims::extend_holds(tx, self.tenant, self.session, self.ttl_micros).await?;
        Ok(Verdict::Commit(renewed))
    }
}
