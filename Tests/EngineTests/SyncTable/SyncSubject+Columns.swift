/// Changes of one column.
extension SyncSubject {
    private static let written: [[Field]] = [[.absent], [.null], [.byDefault], [.value("a")], [.value("b")]]

    private static func rename(_ about: String, isRequired: Bool = false, default text: String? = nil) -> SyncSubject {
        SyncSubject(
            about: about,
            kind: "rename_column",
            section: "{table: t, from: c, to: n}",
            old: [Column(name: "c", type: "text", isRequired: isRequired, constantDefault: text)],
            new: ["n"],
            live: ["n"],
            rules: SyncRules(
                forward: { $0 },
                backward: { $0 },
                oldDefaults: [text],
                newDefaults: isRequired || text == nil ? nil : [text],
                oldIsRequired: [isRequired],
                newIsRequired: [isRequired]
            ),
            oldWrites: written + [[.value("d")]],
            newWrites: written + [[.value("d")]]
        )
    }

    static let renames = [
        rename("nullable"), rename("nullable, conflicts won by the old side").with(.oldWins),
        rename("nullable, conflicts rejected").with(.reject), rename("nullable with a default", default: "d"),
        rename("NOT NULL", isRequired: true), rename("NOT NULL with a default", isRequired: true, default: "d"),
    ]

    private static func retype(
        _ about: String,
        _ types: (from: String, to: String),
        more: String = "",
        isRequired: Bool = false,
        default text: String? = nil,
        values: (old: [String], new: [String]),
        forward: @escaping @Sendable (String?) -> String??,
        backward: @escaping @Sendable (String?) -> String??
    ) -> SyncSubject {
        func fields(_ values: [String]) -> [[Field]] { [[.absent], [.null]] + values.map { [.value($0)] } }
        let newDefault = isRequired || text == nil ? nil : forward(text) ?? nil
        return SyncSubject(
            about: about,
            kind: "change_type",
            section: "{table: t, column: c, type: '\(types.to)', as: n\(more)}",
            old: [Column(name: "c", type: types.from, isRequired: isRequired, constantDefault: text)],
            new: ["n"],
            live: ["c"],
            extra: isRequired ? "acknowledge: [unconvertible]" : "",
            rules: SyncRules(
                forward: { forward($0[0]).map { [$0] } },
                backward: { backward($0[0]).map { [$0] } },
                oldDefaults: [text],
                newDefaults: newDefault.map { [$0] },
                oldIsRequired: [isRequired],
                newIsRequired: [isRequired]
            ),
            oldWrites: fields(values.old),
            newWrites: fields(values.new)
        )
    }

    /// A cast that fails for text that is no number; NULL stays NULL.
    @Sendable private static func number(_ text: String?) -> String?? {
        guard let text else { return .some(nil) }
        return Int(text.filter { $0 != " " }).map { .some("\($0)") }
    }

    static let retypes = [
        retype(
            "text to int",
            ("text", "int"),
            values: (["1", "2", "x"], ["1", "2"]),
            forward: number,
            backward: { .some($0) }
        ),
        retype(
            "text to int, NOT NULL with a default",
            ("text", "int"),
            isRequired: true,
            default: "1",
            values: (["1", "2", "x"], ["1", "2"]),
            forward: number,
            backward: { .some($0) }
        ),
        retype(
            "text to int with a default",
            ("text", "int"),
            default: "1",
            values: (["1", "2", "x"], ["1", "2"]),
            forward: number,
            backward: { .some($0) }
        ),
        retype(
            "int to bigint, NOT NULL",
            ("int", "bigint"),
            isRequired: true,
            values: (["1", "2"], ["1", "3000000000"]),
            forward: { .some($0) },
            backward: { $0 == "3000000000" ? nil : .some($0) }
        ),
        retype(
            "a boolean whose NULL has a value, NOT NULL",
            ("boolean", "text"),
            more:
                #", using: "CASE WHEN c THEN 'y' ELSE 'n' END", back: "CASE c WHEN 'y' THEN true WHEN 'n' THEN false END""#,
            isRequired: true,
            values: (["true", "false"], ["y", "n", "?"]),
            forward: { .some($0 == "true" ? "y" : "n") },
            backward: { $0 == "y" ? .some("true") : $0 == "n" ? .some("false") : $0 == nil ? .some(nil) : nil }
        ),
        retype(
            "a text whose NULL has a value, and comes back",
            ("varchar(9)", "text"),
            more: #", using: "coalesce(c, 'none')", back: "nullif(c, 'none')""#,
            values: (["a", "b"], ["a", "none"]),
            forward: { .some($0 ?? "none") },
            backward: { .some($0 == "none" ? nil : $0) }
        ),
        retype(
            "a text whose NULL has a value that stays, with a default",
            ("varchar(9)", "text"),
            more: #", loss: acknowledged, using: "coalesce(c, 'none')""#,
            default: "a",
            values: (["a", "b"], ["a", "none"]),
            forward: { .some($0 ?? "none") },
            backward: { .some($0) }
        ),
        retype(
            "a text that has a value for NULL on the way back",
            ("varchar(9)", "text"),
            more: #", loss: acknowledged, using: "nullif(c, 'none')", back: "coalesce(c, 'none')""#,
            isRequired: false,
            values: (["a", "none"], ["a", "b"]),
            forward: { .some($0 == "none" ? nil : $0) },
            backward: { .some($0 ?? "none") }
        ),
        retype(
            "numbers that are rounded",
            ("numeric(5,1)", "int"),
            more: ", loss: acknowledged",
            values: (["1.0", "1.4"], ["1", "2"]),
            forward: { .some($0.map { "\(Int(Double($0)?.rounded() ?? 0))" }) },
            backward: { .some($0.map { "\($0).0" }) }
        ),
        retype(
            "numbers that get decimals",
            ("int", "numeric(5,1)"),
            more: ", loss: acknowledged",
            values: (["1", "2"], ["1.0", "1.4"]),
            forward: { .some($0.map { "\($0).0" }) },
            backward: { .some($0.map { "\(Int(Double($0)?.rounded() ?? 0))" }) }
        ),
    ]
}

// MARK: - Under triggers of the table's own, and in partitions

extension SyncSubject {
    private func with(trigger: String, _ result: @escaping @Sendable (Side, Side?) -> Side) -> SyncSubject {
        var copy = self
        copy.trigger = trigger
        copy.extra = "acknowledge: [user-triggers, function-bodies, unconvertible]"
        copy.rules.triggers = result
        return copy
    }

    private var partitioned: SyncSubject {
        var copy = self
        copy.isPartitioned = true
        return copy
    }

    private func about(_ text: String, oldWrites: [[Field]]? = nil, newWrites: [[Field]]? = nil) -> SyncSubject {
        SyncSubject(
            about: text,
            kind: kind,
            section: section,
            old: old,
            new: new,
            live: live,
            extra: extra,
            rules: rules,
            oldWrites: oldWrites ?? self.oldWrites,
            newWrites: newWrites ?? self.newWrites
        )
    }

    private static let written2: [[Field]] = [[.absent], [.null], [.value("A")], [.value("keep")], [.value("b")]]

    /// Normalises, fills and protects.
    private static let ownTrigger = """
        NEW.c := lower(coalesce(NEW.c, 'filled')); IF TG_OP = 'UPDATE' THEN IF OLD.c = 'keep' THEN NEW.c := OLD.c; END IF; END IF;
        """

    @Sendable private static func own(_ old: Side, _ former: Side?) -> Side {
        former == ["keep"] ? ["keep"] : [(old[0] ?? "filled").lowercased()]
    }

    static let underTriggers = [
        rename("nullable, normalised, filled and protected by a trigger")
            .about("normalised, filled and protected by a trigger", oldWrites: written2, newWrites: written2)
            .with(trigger: ownTrigger, own),
        rename("x", default: "d")
            .about(
                "with a default, normalised, filled and protected by a trigger",
                oldWrites: written2,
                newWrites: written2
            )
            .with(trigger: ownTrigger, own),
        rename("x").with(.oldWins)
            .about("conflicts won by the old side, under a trigger", oldWrites: written2, newWrites: written2)
            .with(trigger: ownTrigger, own),
        retypes[0].about(
            "text to int, trimmed by a trigger",
            oldWrites: [[.absent], [.null], [.value("1")], [.value("2 ")], [.value("x ")]]
        )
        .with(trigger: "NEW.c := btrim(NEW.c);") { old, _ in
            [old[0].map { String($0.filter { $0 != " " }) }]
        },
        retypes[9].about("numbers that get decimals, protected by a trigger")
            .with(trigger: "IF TG_OP = 'UPDATE' THEN IF OLD.c = 2 THEN NEW.c := 2; END IF; END IF;") { old, former in
                former == ["2"] ? ["2"] : old
            },
    ]

    static let inPartitions = [
        rename("x").about("in partitions").partitioned,
        rename("x").with(.reject).about("in partitions, conflicts rejected").partitioned,
        retypes[0].about("text to int, in partitions").partitioned,
        retypes[0].with(.reject).about("text to int, in partitions, conflicts rejected").partitioned,
        retypes[9].with(.reject).about("numbers that get decimals, in partitions").partitioned,
        underTriggers[3].partitioned,
    ]
}
