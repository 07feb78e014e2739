//! A lease in the database: opened, renewed, and ended with the release of what it kept.

use proto::id::{SessionId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{
    claims,
    error::StoreError,
    holds::{self, Ended},
    leases,
    tenancy::Sees,
    transaction::{LockKeys, Verdict, Write},
};

/// Whose holds, and which stream keeps them.
#[derive(Debug, Clone, Copy)]
pub struct LeaseKey {
    pub tenant: TenantId,
    pub session: SessionId,
    pub lease: Uuid,
}

impl LeaseKey {
    pub fn new(tenant: TenantId, session: SessionId) -> Self {
        Self { tenant, session, lease: Uuid::new_v4() }
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default().session(self.tenant, self.session)
    }
}

pub(super) struct Open(pub LeaseKey);

impl Write for Open {
    type Answer = ();
    const NAME: &'static str = "open_lease";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.0.tenant)
    }

    fn locks(&self) -> LockKeys {
        self.0.locks()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<()>, StoreError> {
        leases::open(tx, self.0.tenant, self.0.session, self.0.lease).await?;
        Ok(Verdict::Commit(()))
    }
}

pub(super) struct Renew {
    pub key: LeaseKey,
    pub ttl_micros: i64,
}

impl Write for Renew {
    type Answer = u64;
    const NAME: &'static str = "renew_holds";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.key.tenant)
    }

    fn locks(&self) -> LockKeys {
        self.key.locks()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u64>, StoreError> {
        let renewed = claims::extend_holds(tx, self.key.tenant, self.key.session, self.ttl_micros).await?;
        Ok(Verdict::Commit(renewed))
    }
}

pub(super) struct End(pub LeaseKey);

impl Write for End {
    type Answer = u32;
    const NAME: &'static str = "end_lease";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.0.tenant)
    }

    fn locks(&self) -> LockKeys {
        self.0.locks()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u32>, StoreError> {
        if !leases::close(tx, self.0.session, self.0.lease).await? {
            return Ok(Verdict::RollBack(0));
        }
        let released = holds::end(tx, self.0.tenant, self.0.session, None, Ended::Released).await?;
        Ok(Verdict::Commit(released))
    }
}
