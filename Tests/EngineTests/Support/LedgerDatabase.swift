import TestSupport
import Testing

@testable import Engine

/// Databases that have the ledger already, which takes longer to make than many a case.
private let ledgerDatabase = PreparedDatabase { connection in
    try Ledger(connection).install(LedgerScripts(try Fixture.templates()))
}

extension Trait where Self == ScratchDatabaseTrait {
    /// A database for each case, with the ledger in it: for what does not ask how the ledger comes there.
    static var ledgerDatabase: ScratchDatabaseTrait { ScratchDatabaseTrait(of: EngineTests.ledgerDatabase) }
}
