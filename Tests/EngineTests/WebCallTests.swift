import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite(.load(.quiet), .timeLimit(.minutes(60)))
struct WebCallTests {
    /// A program that is called in curl's place.
    private final class Script {
        let folder = FileManager.default.temporaryDirectory.appending(path: "curl-\(UUID().uuidString)")
        var path: String { folder.appending(path: "curl").path }

        init(_ text: String) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("#!/bin/sh\ncd \(folder.path)\n\(text)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }

        func file(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    private func call(_ url: String) throws -> WebCall {
        WebCall(url: try #require(URL(string: url)), timeout: .seconds(30))
    }

    @Test(arguments: [
        ("printf 204", WebCall.Answer.status(204)), ("printf 503", .status(503)),
        ("printf nothing", .unreachable("curl tells no status")),
        ("exit 6", .unreachable("no such host")), ("exit 7", .unreachable("cannot connect")), ("exit 28", .silence),
        ("exit 35", .unreachable("no secure connection")), ("exit 60", .unreachable("no secure connection")),
        ("exit 47", .unreachable("too many redirections")), ("exit 52", .unreachable("curl exits with 52")),
        ("kill -9 $$", .unreachable("curl was ended by signal 9")),
    ])
    func `how curl ends is the answer`(end: String, answer: WebCall.Answer) async throws {
        let script = try Script("cat >/dev/null\n\(end)")
        var call = try call("http://127.0.0.1:1/")
        call.curl = script.path
        #expect(try await call.answer() == answer)
    }

    @Test func `the list of processes shows neither address nor token, and no .curlrc is read`() async throws {
        let script = try Script("echo \"$*\" >arguments; cat >configuration; printf 200")
        var call = try call("http://127.0.0.1:1/T0K3N")
        (call.curl, call.authorization, call.body) = (script.path, "Bearer geheim", "{}")
        #expect(try await call.answer() == .status(200))
        #expect(try script.file("arguments") == "-q --config -\n")
        #expect(try script.file("configuration").contains("url = \"http://127.0.0.1:1/T0K3N\"\n"))
        #expect(try script.file("configuration").contains("header = \"Authorization: Bearer geheim\"\n"))
    }

    @Test(arguments: [1, 10_000])
    func `a body arrives as it is, of any length`(times: Int) async throws {
        let server = try WebServer(answering: [200])
        var call = try call(server.url + "&list[]=1&set={a}")
        let body = #"{"message": "\#(String(repeating: #"@ \" \\ \n é 🙂 # \u0000"#, count: times))"}"#
        (call.body, call.authorization) = (body, #"Basic "quo\ted""#)
        #expect(try await call.answer() == .status(200))
        let request = try #require(server.requests.first)
        #expect(request.body == body)
        #expect(request.head.hasPrefix("POST /health?token=secret&list"), "\(request.head)")
        #expect(request.head.contains("\r\nContent-Type: application/json"), "\(request.head)")
        #expect(request.head.contains(#"\#r\#nAuthorization: Basic "quo\ted"\#r\#n"#), "\(request.head)")
        server.stop()
    }

    @Test func `GET follows a redirection, and POST does not`() async throws {
        let server = try WebServer(answering: [302, 200, 302])
        var call = try call(server.url)
        #expect(try await call.answer() == .status(200))
        call.body = "{}"
        #expect(try await call.answer() == .status(302))
        #expect(server.requests.map { $0.head.prefix { $0 != " " } } == ["GET", "GET", "POST"])
        server.stop()
    }

    @Test func `only the web is asked`() async throws {
        #expect(try await call("file:///etc/hostname").answer() == .unreachable("curl exits with 1"))
    }

    @Test func `where curl is missing the answer says what to install`() async throws {
        var call = try call("http://127.0.0.1:1/")
        call.curl = "no-such-curl"
        let words = "the program curl is not installed; run: apt-get install curl"
        #expect(try await call.answer() == .unsent(words))
    }

    @Test func `an authorization of two lines is not sent`() async throws {
        let server = try WebServer(answering: [200])
        var call = try call(server.url)
        call.authorization = "Bearer geheim\r\nHost: elsewhere"
        #expect(
            try await call.answer() == .unsent("the authorization holds a control character, such as a line break")
        )
        #expect(server.requests.isEmpty)
        server.stop()
    }
}
