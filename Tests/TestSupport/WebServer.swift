import Foundation
import Synchronization
import Testing

/// A server for one address of this machine that notes what it is sent, and answers with statuses, or never.
package final class WebServer: Sendable {
    /// One request as it came.
    package struct Request: Sendable {
        package let head: String
        package let body: String
    }

    /// With something in it that is not to be told.
    package let url: String
    private let socket: Int32
    private let notes: Notes

    private final class Notes: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// Answers with one status after the other, and with the last one from then on; nil is never.
    package init(answering statuses: [Int?]) throws {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(isBound)
        let notes = Notes()
        self.socket = socket
        self.notes = notes
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/health?token=secret"
        Thread.detachNewThread { Self.serve(socket, statuses, notes) }
    }

    /// What has been sent so far, in order.
    package var requests: [Request] { notes.requests.withLock { $0 } }

    /// The thread that serves closes the socket: its number would be another server's while that thread still accepts on it.
    package func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    private static func serve(_ socket: Int32, _ statuses: [Int?], _ notes: Notes) {
        while true {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else {
                close(socket)
                return
            }
            let request = read(connection)
            let number = notes.requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            guard let status = statuses[min(number, statuses.count) - 1] else { continue }
            let place = (300..<400).contains(status) ? "Location: /elsewhere\r\n" : ""
            let bytes = Array("HTTP/1.1 \(status) Word\r\n\(place)Content-Length: 0\r\nConnection: close\r\n\r\n".utf8)
            _ = unsafe write(connection, bytes, bytes.count)
            close(connection)
        }
    }

    /// Head and as much body as the head says.
    private static func read(_ connection: Int32) -> Request {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let body = String(text[end.upperBound...])
                let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
                if body.utf8.count >= length { return Request(head: head, body: body) }
            }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = unsafe Foundation.read(connection, &buffer, buffer.count)
            guard count > 0 else { return Request(head: text, body: "") }
            bytes += buffer[..<count]
        }
    }
}
