/// What is changed from outside while a change of another kind than a rename is under way.
package struct KindDrift: Sendable, CustomStringConvertible {
    /// One statement, and what becomes of it.
    package struct Act: Sendable {
        /// As in the documents: `CREATE INDEX`.
        package let act: String
        package let sql: String
        /// How `check` names it; nil where there is nothing to name.
        package let seen: String?
        /// What the next `advance` does about it.
        package let carried: String
        /// Whether it is said of the table's first name also where that is the view.
        var keepsName = false

        init(_ act: String, _ sql: String, seen: String?, _ carried: String) {
            self.act = act
            self.sql = sql
            self.seen = seen
            self.carried = carried
        }
    }

    /// The key under `change:`, which is a case of `KindCase` too.
    package let kind: String
    /// What the case acknowledges beyond its own.
    package var acknowledged: [String] = []
    package let acts: [Act]
    /// The name that the table has from enforce on, beside the one in the acts; nil: it keeps its own.
    package var renamed: (from: String, to: String)?
    package var description: String { kind }

    /// The plan's case, with what the acts make it acknowledge.
    package var test: KindCase? {
        guard let test = KindCase.all.first(where: { $0.kind == kind }) else { return nil }
        let own = test.extra.replacing("acknowledge: [", with: "").replacing("]", with: "")
        let all = (own.isEmpty ? [] : [own]) + acknowledged
        return KindCase(
            kind: test.kind,
            schema: test.schema,
            section: test.section,
            extra: all.isEmpty ? "" : "acknowledge: [\(all.joined(separator: ", "))]",
            furthest: test.furthest
        )
    }

    /// A statement as it is written while the table has its new name.
    package func afterEnforce(_ act: Act) -> String {
        guard let renamed, !act.keepsName else { return act.sql }
        return act.sql.replacing(renamed.from, with: renamed.to)
    }

    static let kept = "nothing to do: it stays with the column"
    private static let given = "the next `advance`, on the other table too"

    package static let all = [
        renameTable, moveRelation, linkTable, moveColumns, extractTable, dropColumn, dropTable,
    ]

    private static let shown = "the next `advance`, on the view of the other name too"

    private static let named = "the next `advance`, on the table, since the old name is a view"

    /// Said of the old name once it is the view: who says it need not know.
    private static func ofOldName(_ act: String, _ sql: String, seen: String) -> Act {
        var act = Act("\(act) under the old name, after enforce", sql, seen: seen, named)
        act.keepsName = true
        return act
    }

    private static let renameTable = KindDrift(
        kind: "rename_table",
        acts: [
            Act(
                "COMMENT ON COLUMN",
                #"COMMENT ON COLUMN "Profile".bio IS 'text'"#,
                seen: "COMMENT ON COLUMN public.Profile.bio IS 'text'",
                shown
            ),
            Act(
                "ADD COLUMN",
                #"ALTER TABLE "Profile" ADD further int DEFAULT 7"#,
                seen: "ALTER TABLE public.Profile ADD COLUMN further",
                shown
            ),
            Act(
                "SET DEFAULT",
                #"ALTER TABLE "Profile" ALTER bio SET DEFAULT 'other'"#,
                seen: "ALTER COLUMN bio SET DEFAULT 'other'",
                shown
            ),
            Act(
                "GRANT on the table",
                #"GRANT SELECT ON "Profile" TO pg_monitor WITH GRANT OPTION"#,
                seen: "GRANT SELECT ON public.Profile TO pg_monitor WITH GRANT OPTION",
                shown
            ),
            Act(
                "GRANT on a column",
                #"GRANT UPDATE (bio) ON "Profile" TO pg_read_all_stats"#,
                seen: "ON public.Profile TO pg_read_all_stats",
                shown
            ),
            Act(
                "CREATE INDEX, ADD CHECK, and what else the view does not repeat",
                #"CREATE INDEX made ON "Profile" (bio, id)"#,
                seen: nil,
                "nothing to do: it is the table's"
            ),
            ofOldName(
                "GRANT on the table",
                #"GRANT DELETE ON "Profile" TO pg_read_all_settings"#,
                seen: "GRANT DELETE ON public.Profile TO pg_read_all_settings"
            ),
            ofOldName(
                "GRANT on a column",
                #"GRANT INSERT (bio) ON "Profile" TO pg_monitor"#,
                seen: "ON public.Profile TO pg_monitor"
            ),
            ofOldName(
                "SET DEFAULT",
                #"ALTER TABLE "Profile" ALTER "userId" SET DEFAULT 7"#,
                seen: "ALTER COLUMN userId SET DEFAULT 7"
            ),
            ofOldName(
                "COMMENT ON COLUMN",
                #"COMMENT ON COLUMN "Profile".id IS 'mine'"#,
                seen: "COMMENT ON COLUMN public.Profile.id IS 'mine'"
            ),
        ],
        renamed: ("\"Profile\"", "\"UserProfile\"")
    )

    private static let moveRelation = KindDrift(
        kind: "move_relation",
        acts: [
            Act(
                "COMMENT ON COLUMN",
                #"COMMENT ON COLUMN "Profile"."userId" IS 'new'"#,
                seen: #"COMMENT ON COLUMN public.Profile.userId IS 'new'"#,
                kept
            ),
            Act(
                "GRANT on the column",
                #"GRANT SELECT ("userId") ON "Profile" TO pg_monitor"#,
                seen: "GRANT SELECT (userId) ON public.Profile TO pg_monitor",
                kept
            ),
            Act(
                "SET STATISTICS",
                #"ALTER TABLE "Profile" ALTER "userId" SET STATISTICS 77"#,
                seen: "SET STATISTICS 77",
                kept
            ),
            Act(
                "RENAME CONSTRAINT of the unique key",
                #"ALTER TABLE "Profile" RENAME CONSTRAINT "Profile_userId_key" TO other_key"#,
                seen: "ADD CONSTRAINT other_key UNIQUE",
                "nothing to do: contract and its undo go by it"
            ),
            Act(
                "DROP the foreign key",
                #"ALTER TABLE "Profile" DROP CONSTRAINT "Profile_userId_fkey""#,
                seen: "DROP CONSTRAINT Profile_userId_fkey",
                "the next `advance`: rows may come in any order from then on"
            ),
        ]
    )

    private static let linkTable = KindDrift(
        kind: "link_table",
        acknowledged: ["unchecked-links"],
        acts: [
            Act(
                "COMMENT ON COLUMN",
                #"COMMENT ON COLUMN "Post"."categoryId" IS 'new'"#,
                seen: "COMMENT ON COLUMN public.Post.categoryId IS 'new'",
                kept
            ),
            Act(
                "GRANT on the column",
                #"GRANT SELECT ("categoryId") ON "Post" TO pg_monitor WITH GRANT OPTION"#,
                seen: "GRANT SELECT (categoryId) ON public.Post TO pg_monitor WITH GRANT OPTION",
                given
            ),
            Act(
                "GRANT on the key",
                #"GRANT SELECT (id) ON "Post" TO pg_read_all_stats"#,
                seen: "GRANT SELECT (id) ON public.Post TO pg_read_all_stats",
                given
            ),
            Act(
                "GRANT on the table",
                #"GRANT SELECT, DELETE ON "Post" TO pg_read_all_settings"#,
                seen: "GRANT DELETE ON public.Post TO pg_read_all_settings",
                given
            ),
            Act(
                "SET STATISTICS",
                #"ALTER TABLE "Post" ALTER "categoryId" SET STATISTICS 77"#,
                seen: "SET STATISTICS 77",
                kept
            ),
            Act(
                "DROP the foreign key",
                #"ALTER TABLE "Post" DROP CONSTRAINT "Post_categoryId_fkey""#,
                seen: "DROP CONSTRAINT Post_categoryId_fkey",
                "nothing to do: contract and its undo go by it"
            ),
        ]
    )

    private static func columns(of table: String, _ column: String) -> [Act] {
        [
            Act(
                "CREATE INDEX",
                #"CREATE INDEX made ON "\#(table)" (\#(column))"#,
                seen: "CREATE INDEX made ON public.\(table)",
                given
            ),
            Act(
                "CREATE UNIQUE INDEX … WHERE",
                #"CREATE UNIQUE INDEX made_once ON "\#(table)" (\#(column)) WHERE \#(column) = 'street 1'"#,
                seen: "CREATE UNIQUE INDEX made_once",
                given
            ),
            Act(
                "COMMENT ON INDEX",
                "COMMENT ON INDEX made IS 'fast'",
                seen: "COMMENT ON INDEX made IS 'fast'",
                given
            ),
            Act(
                "ADD CHECK",
                #"ALTER TABLE "\#(table)" ADD CONSTRAINT made_check CHECK (\#(column) <> 'q')"#,
                seen: "ADD CONSTRAINT made_check CHECK",
                given
            ),
            Act(
                "ADD CHECK … NOT VALID",
                #"ALTER TABLE "\#(table)" ADD CONSTRAINT made_nv CHECK (\#(column) <> 'q') NOT VALID"#,
                seen: "ADD CONSTRAINT made_nv",
                given
            ),
            Act(
                "SET NOT NULL",
                #"ALTER TABLE "\#(table)" ALTER \#(column) SET NOT NULL"#,
                seen: "ALTER COLUMN \(column) SET NOT NULL",
                "the next `advance`: checked at commit until contract, which makes the new column NOT NULL"
            ),
            Act(
                "COMMENT ON COLUMN",
                #"COMMENT ON COLUMN "\#(table)".\#(column) IS 'new'"#,
                seen: "COMMENT ON COLUMN public.\(table).\(column) IS 'new'",
                given
            ),
            Act(
                "GRANT on the column",
                #"GRANT SELECT (\#(column)) ON "\#(table)" TO pg_monitor"#,
                seen: "GRANT SELECT (\(column)) ON public.\(table) TO pg_monitor",
                given
            ),
            Act(
                "SET STORAGE, SET STATISTICS, SET (n_distinct)",
                #"ALTER TABLE "\#(table)" ALTER \#(column) SET STATISTICS 99, ALTER \#(column) SET STORAGE EXTERNAL, ALTER \#(column) SET (n_distinct = 5)"#,
                seen: "SET STATISTICS 99",
                given
            ),
        ]
    }

    private static let moveColumns = KindDrift(kind: "move_columns", acts: columns(of: "User", "bio"))

    private static let extractTable = KindDrift(
        kind: "extract_table",
        acts: columns(of: "User", "street") + [
            Act(
                "GRANT on the table",
                #"GRANT SELECT, INSERT ON "User" TO pg_read_all_settings"#,
                seen: "GRANT INSERT ON public.User TO pg_read_all_settings",
                given
            ),
            Act(
                "GRANT on the key",
                #"GRANT SELECT (id) ON "User" TO pg_read_all_stats"#,
                seen: "GRANT SELECT (id) ON public.User TO pg_read_all_stats",
                given
            ),
        ]
    )
}
