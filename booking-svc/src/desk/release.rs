//! Giving holds back.

use proto::id::{HoldId, SessionId, TenantId};
use sqlx::PgConnection;

use crate::store::{
    error::StoreError,
    holds::{self, Ended},
    tenancy::Sees,
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

    fn sees(&self) -> Sees {
        Sees::Tenant(self.tenant)
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default().session(self.tenant, self.session)
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u32>, StoreError> {
        let released = holds::end(tx, self.tenant, self.session, self.which, Ended::Released).await?;
        Ok(Verdict::Commit(released))
    }
}
