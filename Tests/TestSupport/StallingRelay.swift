import Foundation
import Postgres
import Synchronization
import Testing

/// Stands between a client and the case's server, and stops forwarding when it is told to.
///
/// What it no longer forwards it still reads, so that each packet is acknowledged.
package final class StallingRelay: Sendable {
    /// What it still does.
    package enum Mode: Sendable {
        case forwarding
        /// New connections are forwarded, those that were there before are not.
        case holdingOld
        /// Nothing is forwarded.
        case holdingAll
    }

    /// A connection string that leads through it.
    package let url: String
    private let listener: Int32
    private let state: State

    private final class State: Sendable {
        let mode = Mutex(Mode.forwarding)
        /// How many connections there have been when `mode` was set.
        let old = Mutex(0)
        let count = Mutex(0)

        func forwards(_ number: Int) -> Bool {
            switch mode.withLock(\.self) {
            case .forwarding: true
            case .holdingOld: number > old.withLock(\.self)
            case .holdingAll: false
            }
        }
    }

    /// Listens on a port of this machine for connections to the server's socket.
    package init() throws {
        let database = try ScratchDatabase.current
        let target = database.target
        let host = try #require(target[keyword: "host"])
        let path = "\(host)/.s.PGSQL.\(target[keyword: "port"] ?? "5432")"
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        try #require(isBound)
        let port = UInt16(bigEndian: address.sin_port)
        url = "postgresql:///\(database.name)?host=127.0.0.1&port=\(port)&user=\(target[keyword: "user"] ?? "postgres")"
        self.listener = listener
        let state = State()
        self.state = state
        Thread.detachNewThread { Self.accept(listener, path, state) }
    }

    /// From here on it does no more than that.
    package func set(_ mode: Mode) {
        let count = state.count.withLock(\.self)
        state.old.withLock { $0 = count }
        state.mode.withLock { $0 = mode }
    }

    /// Takes no more connections; those that are there end with their clients.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func accept(_ listener: Int32, _ path: String, _ state: State) {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else {
                close(listener)
                return
            }
            let server = connected(to: path)
            let number = state.count.withLock { count in
                count += 1
                return count
            }
            Thread.detachNewThread { pump(client, server, number, state) }
            Thread.detachNewThread { pump(server, client, number, state) }
        }
    }

    /// The socket is closed by the thread that reads it; the other side is told by a shutdown.
    private static func pump(_ source: Int32, _ sink: Int32, _ number: Int, _ state: State) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            if state.forwards(number) { _ = unsafe write(sink, buffer, count) }
        }
        shutdown(sink, Int32(SHUT_RDWR))
        close(source)
    }

    private static func connected(to path: String) -> Int32 {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: path.utf8.prefix(place.count - 1))
        }
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(server, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return server
    }
}
