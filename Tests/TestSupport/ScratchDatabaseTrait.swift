package import Testing

/// Gives every test case a database of its own, under `ScratchDatabase.current`.
package struct ScratchDatabaseTrait: TestTrait, SuiteTrait, TestScoping {
    /// What the databases are copies of; nil is an empty one.
    private let prepared: PreparedDatabase?

    package init(of prepared: PreparedDatabase? = nil) { self.prepared = prepared }

    /// On a suite it stands for each case in it, not for the suite as a whole.
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestLoad.admit(test) {
            let server = try await TestServer.required()
            let template = try await prepared?.template(on: server) ?? "template0"
            try await ScratchDatabase.with(server: server, template: template) { try await function() }
        }
    }
}

extension Trait where Self == ScratchDatabaseTrait {
    /// A database for each case, made before it and dropped after it, also when it fails.
    package static var scratchDatabase: ScratchDatabaseTrait { ScratchDatabaseTrait() }
}
