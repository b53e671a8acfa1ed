package import Testing

/// Lets a case use its database as the server's administrator, for what the owner of the tables may not do.
///
/// It stands after the trait that makes the database.
package struct SuperuserTrait: TestTrait, SuiteTrait, TestScoping {
    /// What the case does that the owner may not.
    package let reason: Comment

    package var comments: [Comment] { [reason] }
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await ScratchDatabase.asSuperuser { try await function() }
    }
}

extension Trait where Self == SuperuserTrait {
    /// The case runs as the server's administrator, since it does what the reason says: `CREATE ROLE`.
    package static func asSuperuser(_ reason: Comment) -> SuperuserTrait { SuperuserTrait(reason: reason) }
}
