import Foundation
import Testing
import Workflow

@testable import Engine

/// Whether the process that holds a plan has ended.
@Suite struct LeaseHolderTests {
    private let actor = Actor(user: "anna", host: "here", pid: 1)

    @Test func `a process that lives, or that is of another host, has not ended`() {
        #expect(!Lease.hasEnded(host: "here", pid: Int(getpid()), actor))
        #expect(!Lease.hasEnded(host: "there", pid: 999_999_999, actor))
        #expect(!Lease.hasEnded(host: "here", pid: 0, actor))
    }

    @Test func `one that is gone has ended, also where its parent has not asked for its status`() async throws {
        var pid = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawnp(&pid, "true", nil, nil, &arguments, nil) == 0)
        let deadline = ContinuousClock.now + .seconds(30)
        while !Lease.hasEnded(host: "here", pid: Int(pid), actor), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        // It is there still: a signal would reach it.
        #expect(kill(pid, 0) == 0)
        #expect(Lease.hasEnded(host: "here", pid: Int(pid), actor))
        var status: Int32 = 0
        #expect(waitpid(pid, &status, 0) == pid)
        #expect(Lease.hasEnded(host: "here", pid: Int(pid), actor))
    }
}
