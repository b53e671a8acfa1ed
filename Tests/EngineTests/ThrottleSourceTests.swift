import Foundation
import TestSupport
import Testing
import Workflow

@testable import Engine

@Suite(.load(.quiet), .timeLimit(.minutes(60)))
struct ThrottleSourceTests {
    @Test func `a flag file holds while it exists`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "flag-\(UUID().uuidString)").path()
        let settings = ThrottleSettings.only { $0.flagFile = file }
        let collector = FlagFileCollector(signal: .flagFile) { $0.flagFile }
        #expect(try await collector.read(settings)?.holds == false)
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        #expect(try await collector.read(settings) == .judged(holds: true, "the file \(file) exists"))
        try FileManager.default.removeItem(atPath: file)
        #expect(try await collector.read(settings)?.holds == false)
    }

    @Test func `a flag file behind something that is no folder says nothing`() async throws {
        let settings = ThrottleSettings.only { $0.flagFile = "/dev/null/flag" }
        await #expect(throws: CocoaError.self) {
            try await FlagFileCollector(signal: .flagFile) { $0.flagFile }.read(settings)
        }
    }

    @Test(arguments: [
        ("true", false, "the command exits with 0"), ("exit 3", true, "the command exits with 3"),
        ("echo a long story >&2; false", true, "the command exits with 1"),
        ("no-such-command-at-all", true, "the command exits with 127"),
        ("kill -9 $$", true, "the command was ended by signal 9"),
    ])
    func `a command`(command: String, holds: Bool, text: String) async throws {
        let settings = ThrottleSettings.only { $0.command = command }
        #expect(try await CommandCollector().read(settings) == .judged(holds: holds, text))
    }

    @Test func `a command that takes too long is ended with what it has started, and says nothing`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "pid-\(UUID().uuidString)").path()
        let settings = ThrottleSettings.only { $0.command = "sleep 60 & echo $! >\(file); wait" }
        // Beside many other cases it may not even have begun by then.
        try await waitUntil("the command to have begun", deadline: .seconds(90)) {
            let found = try await CommandCollector(timeout: .seconds(1)).read(settings)
            #expect(found == .unmeasurable("the command did not end within 1 s"))
            return FileManager.default.fileExists(atPath: file)
        }
        let pid = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8).dropLast()))
        try await waitUntil("its child to end") { kill(pid, 0) != 0 }
        try FileManager.default.removeItem(atPath: file)
    }

    @Test(arguments: [(200, false), (204, false), (404, true), (503, true)])
    func `an address answers`(code: Int, holds: Bool) async throws {
        let server = try WebServer(answering: [code])
        let settings = ThrottleSettings.only { $0.url = server.url }
        #expect(
            try await URLCollector(timeout: .seconds(10)).read(settings)
                == .judged(holds: holds, "127.0.0.1 answers with \(code)")
        )
        server.stop()
    }

    @Test func `an address that is silent, or not there, says nothing`() async throws {
        let server = try WebServer(answering: [nil])
        let settings = ThrottleSettings.only { $0.url = server.url }
        let silent = try await URLCollector(timeout: .milliseconds(300)).read(settings)
        #expect(silent == .unmeasurable("127.0.0.1 did not answer within 300 ms"))
        server.stop()
        let gone = try await URLCollector(timeout: .seconds(10)).read(settings)
        #expect(gone == .unmeasurable("127.0.0.1 does not answer (cannot connect)"))
    }

    @Test func `commits take as long as somebody else has measured`() async throws {
        #expect(try await LatencyCollector { nil }.read(.off) == nil)
        let found = try await LatencyCollector { .milliseconds(500) }.read(.off)
        #expect(found == .measured(0.5, "a commit takes 500 ms"))
    }
}
