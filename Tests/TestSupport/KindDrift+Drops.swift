/// What is changed of columns and tables that are dropped.
extension KindDrift {
    static let dropColumn = KindDrift(
        kind: "drop_column",
        acts: [
            Act(
                "COMMENT ON COLUMN",
                #"COMMENT ON COLUMN "Profile"."userId" IS 'new'"#,
                seen: "COMMENT ON COLUMN public.Profile.userId IS 'new'",
                kept
            ),
            Act(
                "CREATE INDEX",
                #"CREATE INDEX made ON "Profile" ("userId")"#,
                seen: "CREATE made",
                kept + ", and goes with it"
            ),
            Act(
                "ADD CHECK",
                #"ALTER TABLE "Profile" ADD CONSTRAINT made_check CHECK ("userId" > 0)"#,
                seen: "CREATE made_check",
                kept + ", and goes with it"
            ),
            Act(
                "COMMENT ON CONSTRAINT of the foreign key",
                #"COMMENT ON CONSTRAINT "Profile_userId_fkey" ON "Profile" IS 'why'"#,
                seen: "COMMENT ON CONSTRAINT Profile_userId_fkey",
                "nothing to do: rollback makes the foreign key again as it is"
            ),
            Act(
                "ADD a foreign key",
                #"ALTER TABLE "Profile" ADD CONSTRAINT made_fk FOREIGN KEY ("userId") REFERENCES "User" ON DELETE RESTRICT"#,
                seen: "ADD CONSTRAINT made_fk FOREIGN KEY",
                "contract drops it, rollback makes it again"
            ),
        ]
    )

    static let dropTable = KindDrift(
        kind: "drop_table",
        acts: [
            Act(
                "DROP a foreign key",
                #"ALTER TABLE "Old" DROP CONSTRAINT "Old_userId_fkey""#,
                seen: "DROP CONSTRAINT Old_userId_fkey",
                "nothing to do: rollback does not make it again"
            ),
            Act(
                "ADD a foreign key",
                #"ALTER TABLE "Old" ADD CONSTRAINT made_fk FOREIGN KEY ("userId") REFERENCES "User" ON DELETE CASCADE"#,
                seen: "ADD CONSTRAINT made_fk FOREIGN KEY",
                "contract drops it, rollback makes it again"
            ),
            Act(
                "all else of the table",
                #"CREATE INDEX made ON "Old" ("userId")"#,
                seen: nil,
                "nothing to do: it goes with the table"
            ),
        ]
    )
}
