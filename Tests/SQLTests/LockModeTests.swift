import SQL
import Testing

@Suite struct LockModeTests {
    /// Manual, table 13.2, row by row: X where the requested mode (row) conflicts with the held one (column).
    private static let manual: [String] = [
        ".......X",
        "......XX",
        "....XXXX",
        "...XXXXX",
        "..XX.XXX",
        "..XXXXXX",
        ".XXXXXXX",
        "XXXXXXXX",
    ]

    @Test func `modes conflict as in table 13.2 of the manual`() {
        let table = LockMode.allCases.map { row in
            LockMode.allCases.map { row.conflicts(with: $0) ? "X" : "." }.joined()
        }
        #expect(table == Self.manual)
    }

    @Test(arguments: LockMode.allCases)
    func `a mode is found again by the name pg_locks gives it`(mode: LockMode) {
        #expect(LockMode(catalogName: mode.catalogName) == mode)
    }

    @Test func `catalog names are those of pg_locks`() {
        let names = LockMode.allCases.map(\.catalogName)
        #expect(
            names == [
                "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
                "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
            ]
        )
        #expect(LockMode(catalogName: "SIReadLock") == nil)
    }

    @Test func `modes are ordered from the weakest to the strongest`() {
        #expect(LockMode.allCases.sorted() == LockMode.allCases)
        #expect(LockMode.accessShare < .accessExclusive)
    }

    @Test func `a mode that stops reads or writes says so`() {
        for mode in LockMode.allCases {
            let stopsReads = mode.conflicts(with: .accessShare)
            let stopsWrites = mode.conflicts(with: .rowExclusive)
            #expect(mode.blocks.contains("reads and") == stopsReads)
            #expect(mode.blocks.contains("writes") == stopsWrites)
        }
    }
}
