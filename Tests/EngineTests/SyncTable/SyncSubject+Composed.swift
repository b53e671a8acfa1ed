/// Changes of columns that become one, or several.
extension SyncSubject {
    private static func merge(
        _ about: String,
        _ old: [Column],
        _ section: String,
        isRequired: Bool,
        oldWrites: [[Field]],
        newWrites: [String],
        forward: @escaping @Sendable (Side) -> Side?,
        backward: (@Sendable (Side) -> Side?)?
    ) -> SyncSubject {
        var rules = SyncRules(
            forward: forward,
            backward: backward ?? { _ in nil },
            oldDefaults: old.map(\.constantDefault),
            oldIsRequired: old.map(\.isRequired),
            newIsRequired: [isRequired]
        )
        rules.hasWayBack = backward != nil
        rules.keepsOptional = false
        return SyncSubject(
            about: about,
            kind: "merge_columns",
            section: "{table: t, from: [\(old.map(\.name).joined(separator: ", "))], \(section)}",
            old: old,
            new: ["n"],
            live: ["n"],
            extra: "acknowledge: [one-way, explicit-null, user-triggers, function-bodies]",
            rules: rules,
            oldWrites: oldWrites,
            newWrites: [[.absent], [.null]] + newWrites.map { [.value($0)] }
        )
    }

    private static let names = [
        Column(name: "a", type: "text", isRequired: true), Column(name: "b", type: "text", isRequired: true),
    ]

    private static let nameWrites: [[Field]] = [
        [.absent, .absent], [.value("A"), .absent], [.value("A"), .value("B")], [.null, .value("B")],
        [.value("C"), .value("D")],
    ]

    @Sendable private static func joined(_ side: Side) -> Side? {
        guard let a = side[0], let b = side[1] else { return [nil] }
        return ["\(a) \(b)"]
    }

    /// As split_part does.
    @Sendable private static func parted(_ side: Side) -> Side? {
        guard let text = side[0] else { return [nil, nil] }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        return [parts[0], parts.count > 1 ? parts[1] : ""]
    }

    private static let splitByBlank = "split: {a: 'split_part(n, '' '', 1)', b: 'split_part(n, '' '', 2)'}"
    private static let joinByBlank = "to: {name: n, type: text}, merge: \"a || ' ' || b\""

    static let merges = [
        merge(
            "a boolean whose NULL has a value",
            [Column(name: "a", type: "boolean", isRequired: true)],
            "to: {name: n, type: varchar(1)}, merge: CASE WHEN a THEN 'w' ELSE 'r' END, split: {a: n = 'w'}",
            isRequired: true,
            oldWrites: [[.absent], [.null], [.value("true")], [.value("false")]],
            newWrites: ["w", "r"],
            forward: { [$0[0] == "true" ? "w" : "r"] },
            backward: { [$0[0].map { $0 == "w" ? "true" : "false" }] }
        ),
        merge(
            "a boolean that may be NULL, and whose NULL has a value",
            [Column(name: "a", type: "boolean")],
            "to: {name: n, type: varchar(1)}, loss: acknowledged, merge: CASE WHEN a THEN 'w' ELSE 'r' END, split: {a: n = 'w'}",
            isRequired: false,
            oldWrites: [[.absent], [.null], [.value("true")], [.value("false")]],
            newWrites: ["w", "r"],
            forward: { [$0[0] == "true" ? "w" : "r"] },
            backward: { [$0[0].map { $0 == "w" ? "true" : "false" }] }
        ),
        merge(
            "two names, of which a third is lost",
            names,
            "\(joinByBlank), loss: acknowledged, \(splitByBlank)",
            isRequired: true,
            oldWrites: nameWrites,
            newWrites: ["A B", "E F", "E F G", "single"],
            forward: joined,
            backward: parted
        ),
        merge(
            "two names that may be NULL, one with a default, and both with a value where they are",
            [Column(name: "a", type: "text", isRequired: true), Column(name: "b", type: "text", constantDefault: "x")],
            #"""
            to: {name: n, type: text}, loss: acknowledged, merge: "coalesce(a, '') || '/' || coalesce(b, '')", \#
            split: {a: "split_part(n, '/', 1)", b: "nullif(split_part(n, '/', 2), '')"}
            """#,
            isRequired: false,
            oldWrites: [
                [.absent, .absent], [.value("A"), .absent], [.value("A"), .null], [.value("A"), .value("B")],
            ],
            newWrites: ["/x", "A/x", "C/", "/"],
            forward: { ["\($0[0] ?? "")/\($0[1] ?? "")"] },
            backward: { side in
                guard let text = side[0] else { return [nil, nil] }
                let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                let second = parts.count > 1 ? parts[1] : ""
                return [parts[0], second.isEmpty ? nil : second]
            }
        ),
        merge(
            "what is too long for the new column",
            [Column(name: "a", type: "text")],
            "to: {name: n, type: varchar(2)}, merge: a, split: {a: n}",
            isRequired: false,
            oldWrites: [[.absent], [.null], [.value("ab")], [.value("abc")]],
            newWrites: ["ab", "cd"],
            forward: { $0[0].map { $0.count > 2 ? nil : [$0] } ?? [nil] },
            backward: { $0 }
        ),
        merge(
            "two names, without a way back",
            [Column(name: "a", type: "text"), Column(name: "b", type: "text")],
            joinByBlank,
            isRequired: false,
            oldWrites: nameWrites,
            newWrites: ["A B", "E F"],
            forward: joined,
            backward: nil
        ),
    ]

    static let splits: [SyncSubject] = {
        let swapped = merges[2]
        var rules = swapped.rules
        rules.forward = parted
        rules.backward = joined
        rules.oldDefaults = [nil]
        rules.oldIsRequired = [true]
        rules.newIsRequired = [true, true]
        return [
            SyncSubject(
                about: "a name",
                kind: "split_column",
                section: """
                    {table: t, from: n, to: [{name: a, type: text}, {name: b, type: text}], loss: acknowledged, \
                    \(splitByBlank), merge: "a || ' ' || b"}
                    """,
                old: [Column(name: "n", type: "text", isRequired: true)],
                new: ["a", "b"],
                live: ["a", "b"],
                rules: rules,
                oldWrites: [[.absent], [.null], [.value("A B")], [.value("E F G")], [.value("single")]],
                newWrites: nameWrites + [[.null, .null], [.value("E"), .value("F G")]]
            )
        ]
    }()

    private static func copy(
        _ subject: SyncSubject,
        _ about: String,
        trigger: String? = nil,
        isPartitioned: Bool = false
    )
        -> SyncSubject
    {
        var copy = SyncSubject(
            about: about,
            kind: subject.kind,
            section: subject.section,
            old: subject.old,
            new: subject.new,
            live: subject.live,
            extra: subject.extra,
            rules: subject.rules,
            oldWrites: subject.oldWrites,
            newWrites: subject.newWrites
        )
        copy.isPartitioned = isPartitioned
        guard let trigger else { return copy }
        copy.trigger = trigger
        copy.rules.triggers = { old, former in
            former?[0] == "A" ? ["A"] + old.dropFirst() : [old[0].map { $0.lowercased() }] + old.dropFirst()
        }
        return copy
    }

    /// Normalises the first column, but protects an `A`.
    private static let ownTrigger = """
        NEW.a := lower(NEW.a); IF TG_OP = 'UPDATE' THEN IF OLD.a = 'A' THEN NEW.a := OLD.a; END IF; END IF;
        """

    static let composedOtherwise = [
        copy(merges[2], "two names, the first normalised and protected by a trigger", trigger: ownTrigger),
        copy(merges[5], "two names without a way back, the first normalised by a trigger", trigger: ownTrigger),
        copy(merges[2].with(.reject), "two names, in partitions", isPartitioned: true),
        copy(merges[2].with(.oldWins), "two names, conflicts won by the old side"),
    ]
}
