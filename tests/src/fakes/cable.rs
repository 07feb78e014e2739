//! A cable between a client and a fake, which fails as networks do, below HTTP and WebSocket.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::task::AbortOnDropHandle;

/// Bytes that are carried at a time.
const PART: usize = 4_096;

/// What happens to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Half open: it stays, and nothing comes over it any more.
    Silence,
    /// It ends with a TCP reset.
    Reset,
    /// It ends as if the service had closed it.
    Close,
    /// These bytes come in between.
    Garble(Vec<u8>),
    /// So many bytes come at a time, with a pause before each.
    Trickle { bytes: usize, pause: Duration },
}

/// A fault that is to come, on whichever of several cables carries its byte. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    /// Bytes from the services before it, and the fault.
    next: Option<(usize, Fault)>,
    happened: usize,
}

impl Faults {
    /// After so many more bytes from the services, once.
    pub fn plan(&self, after: usize, fault: Fault) {
        self.lock().next = Some((after, fault));
    }

    /// How many faults there have been.
    pub fn happened(&self) -> usize {
        self.lock().happened
    }

    /// Counts bytes on their way; the fault among them, and how many go before it.
    fn pass(&self, bytes: usize) -> Option<(usize, Fault)> {
        let mut plan = self.lock();
        let (left, _) = plan.next.as_mut()?;
        if *left >= bytes {
            *left -= bytes;
            return None;
        }
        plan.happened += 1;
        plan.next.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running cable; its connections end with it.
pub struct Cable {
    address: SocketAddr,
    _carrier: AbortOnDropHandle<()>,
}

impl Cable {
    /// To a fake at `url`, `http://` and an address.
    pub async fn to(url: &str, faults: &Faults) -> std::io::Result<Self> {
        let far: SocketAddr = url
            .strip_prefix("http://")
            .and_then(|address| address.parse().ok())
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, faults) = (listener.local_addr()?, faults.clone());
        let carrier = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                let faults = faults.clone();
                connections.spawn(async move {
                    // Whoever hears of an end is one of the two sides.
                    let _ = carry(near, far, faults).await;
                });
            }
        });
        Ok(Self { address, _carrier: AbortOnDropHandle::new(carrier) })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn carry(mut near: TcpStream, far: SocketAddr, faults: Faults) -> std::io::Result<()> {
    let mut far = TcpStream::connect(far).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (mut sent, mut received) = ([0; PART], [0; PART]);
    let mut trickle = None;
    loop {
        tokio::select! {
            sending = near.read(&mut sent) => {
                let bytes = sending?;
                if bytes == 0 {
                    return Ok(());
                }
                far.write_all(&sent[..bytes]).await?;
            }
            receiving = far.read(&mut received) => {
                let bytes = receiving?;
                if bytes == 0 {
                    return near.shutdown().await;
                }
                let came = &received[..bytes];
                let Some((before, fault)) = faults.pass(bytes) else {
                    write(&mut near, came, trickle).await?;
                    continue;
                };
                write(&mut near, &came[..before], trickle).await?;
                match fault {
                    Fault::Silence => return hold(near, far).await,
                    Fault::Reset => return near.set_zero_linger(),
                    Fault::Close => return Ok(()),
                    Fault::Garble(bytes) => near.write_all(&bytes).await?,
                    Fault::Trickle { bytes, pause } => trickle = Some((bytes, pause)),
                }
                write(&mut near, &came[before..], trickle).await?;
            }
        }
    }
}

async fn write(near: &mut TcpStream, bytes: &[u8], trickle: Option<(usize, Duration)>) -> std::io::Result<()> {
    let Some((at_a_time, pause)) = trickle else { return near.write_all(bytes).await };
    for part in bytes.chunks(at_a_time) {
        tokio::time::sleep(pause).await;
        near.write_all(part).await?;
    }
    Ok(())
}

/// Keeps both ends until the client leaves. The service does not hear of it before: it may go on sending, as long as
/// its own buffers take it.
async fn hold(mut near: TcpStream, far: TcpStream) -> std::io::Result<()> {
    let mut unheard = [0; PART];
    while near.read(&mut unheard).await? > 0 {}
    drop(far);
    Ok(())
}
