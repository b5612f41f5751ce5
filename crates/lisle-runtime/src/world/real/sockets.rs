//! Making sockets.

use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::net::SocketFlags;
use socket2::{Domain, SockAddr, Socket, Type};

use crate::world::io::{Address, SocketOptions};

/// Connections that wait to be accepted, if the program does not say otherwise.
const BACKLOG: i32 = 4096;

fn system_address(address: &Address) -> io::Result<SockAddr> {
    match address {
        Address::Net(address) => Ok((*address).into()),
        // The system would cut the path there.
        Address::Path(path) if path.contains('\0') => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "a path cannot hold NUL"))
        }
        Address::Path(path) => SockAddr::unix(path),
    }
}

/// An address as the system gives it.
pub(super) fn address(address: &SockAddr) -> Address {
    match address.as_socket() {
        Some(address) => Address::Net(address),
        None => {
            Address::Path(address.as_pathname().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default())
        }
    }
}

fn new_socket(address: &SockAddr, kind: Type) -> io::Result<Socket> {
    let socket = Socket::new(address.domain(), kind, None)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Sets those options that are given.
pub(super) fn set_options(socket: &socket2::SockRef<'_>, options: &SocketOptions, stream: bool) -> io::Result<()> {
    if let Some(on) = options.keepalive {
        socket.set_keepalive(on)?;
    }
    if let Some(size) = options.send_buffer {
        socket.set_send_buffer_size(size)?;
    }
    if let Some(size) = options.receive_buffer {
        socket.set_recv_buffer_size(size)?;
    }
    if let Some(on) = options.broadcast {
        socket.set_broadcast(on)?;
    }
    if let (Some(on), true) = (options.nodelay, stream) {
        socket.set_tcp_nodelay(on)?;
    }
    Ok(())
}

/// A socket that listens.
pub(super) fn listen(address: &Address, options: &SocketOptions) -> io::Result<OwnedFd> {
    let name = system_address(address)?;
    let socket = new_socket(&name, Type::STREAM)?;
    match address {
        Address::Net(address) => {
            // A port is free as soon as nobody listens, even if old connections are remembered.
            socket.set_reuse_address(true)?;
            if options.reuse_port == Some(true) {
                socket.set_reuse_port(true)?;
            }
            if address.is_ipv6() {
                socket.set_only_v6(options.only_v6.unwrap_or(false))?;
            }
            socket.bind(&name)?;
        }
        Address::Path(path) => bind_path(&socket, &name, path)?,
    }
    set_options(&(&socket).into(), options, false)?;
    socket.listen(options.backlog.unwrap_or(BACKLOG))?;
    Ok(socket.into())
}

/// Binds to a path. A socket file that nobody listens at any more is replaced.
#[allow(clippy::disallowed_methods, reason = "this module is where the operating system comes in")]
fn bind_path(socket: &Socket, name: &SockAddr, path: &str) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    match socket.bind(name) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let is_socket = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
            // A living socket refuses a probe of another kind because of its kind, and does not notice it.
            let probe = new_socket(name, Type::DGRAM)?;
            let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
            if !is_socket || !probe.connect(name).as_ref().is_err_and(refused) {
                return Err(error);
            }
            std::fs::remove_file(path)?;
            socket.bind(name)
        }
        other => other,
    }
}

/// Takes a connection.
pub(super) fn accept(listener: &OwnedFd) -> io::Result<(OwnedFd, Address)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let (fd, peer) = rustix::net::acceptfrom_with(listener, flags)?;
    match peer.and_then(|peer| SocketAddr::try_from(peer).ok()) {
        Some(peer) => {
            // Whole messages are written at once: there is nothing to wait for. A peer that is gone already is met later.
            let _ = socket2::SockRef::from(&fd).set_tcp_nodelay(true);
            Ok((fd, Address::Net(peer)))
        }
        None => Ok((fd, Address::Path(String::new()))),
    }
}

/// Begins to connect.
pub(super) fn connect(address: &Address, options: &SocketOptions) -> io::Result<OwnedFd> {
    let name = system_address(address)?;
    let socket = new_socket(&name, Type::STREAM)?;
    let nodelay = options.nodelay.or(Some(true));
    set_options(&(&socket).into(), &SocketOptions { nodelay, ..*options }, matches!(address, Address::Net(_)))?;
    match socket.connect(&name) {
        Err(error) if in_progress(&error) => {}
        other => other?,
    }
    Ok(socket.into())
}

fn in_progress(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error())
}

/// Whether it is connected.
pub(super) fn connected(fd: &OwnedFd) -> io::Result<()> {
    let socket = socket2::SockRef::from(fd);
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Err(io::ErrorKind::WouldBlock.into()),
        other => other.map(drop),
    }
}

/// A socket for datagrams.
pub(super) fn bind_datagrams(address: SocketAddr, options: &SocketOptions) -> io::Result<OwnedFd> {
    let name = SockAddr::from(address);
    let socket = new_socket(&name, Type::DGRAM)?;
    if options.reuse_port == Some(true) {
        socket.set_reuse_port(true)?;
    }
    if name.domain() == Domain::IPV6 {
        socket.set_only_v6(options.only_v6.unwrap_or(false))?;
    }
    set_options(&(&socket).into(), options, false)?;
    socket.bind(&name)?;
    Ok(socket.into())
}
