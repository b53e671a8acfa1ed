import SQL
import Workflow

/// What keeps both shapes equal, as the phases that are done made it: the functions and triggers of a plan.
///
/// It is read off the statements of these phases, so that what is made again is what was made.
struct SyncRestoration {
    private typealias Trigger = TriggerWork.Trigger

    private let statements: [Statement]
    private let triggers: [Trigger]
    private let always: Set<String>
    /// The bodies that each function may have.
    private let bodies: [(function: QualifiedName, allowed: [String])]
    /// The functions of the plan's expressions that the server keeps in parsed form.
    private let parsed: Set<QualifiedName>

    init(_ files: PhaseFiles, isEnforced: Bool) throws {
        let schema = files.blueprint.functions.first?.schema
        func statements(of phase: Phase) throws -> [Statement] {
            guard schema != nil else { return [] }
            return (try files.ofPlan.load(.phase(phase))?.steps ?? []).flatMap(\.statements)
        }
        let expand = try statements(of: .expand)
        let enforce = try statements(of: .enforce)
        var (kept, triggers, always): ([Statement], [Trigger], Set<String>) = ([], [], [])
        var bodies: [QualifiedName: [String]] = [:]
        for statement in isEnforced ? expand + enforce : expand {
            switch statement.triggerWork {
            case nil: continue
            case .trigger(let trigger):
                // A trigger of the application that lists a column is not one of these.
                guard trigger.function.schema == schema else { continue }
                triggers.removeAll { Self.key($0.name, $0.table) == Self.key(trigger.name, trigger.table) }
                triggers.append(trigger)
            case .always(let name, let table): always.insert(Self.key(name, table))
            case .function(let name, let body):
                guard name.schema == schema else { continue }
                if let body { bodies[name] = [body] }
            case .setting: break
            }
            kept.append(statement)
        }
        if !isEnforced {
            // A person may have run enforce's file before advance knows of it.
            for case .function(let name, let body?)? in enforce.map(\.triggerWork) { bodies[name]?.append(body) }
        }
        self.statements = kept
        self.triggers = triggers
        self.always = always
        let ofExpressions = Set(files.blueprint.mappingFunctions.flatMap { [$0.name, $0.inner] })
        let called = Set(triggers.map(\.function)).union(ofExpressions)
        self.bodies = bodies.filter { called.contains($0.key) }.map { ($0.key, $0.value) }
            .sorted { $0.function.quoted < $1.function.quoted }
        parsed = ofExpressions.intersection(kept.compactMap(\.function).filter { $0.body == nil }.map(\.name))
    }

    /// The same without the triggers that the other one has not, and without the functions that only those call.
    ///
    /// A process that died while it carried a change over has dropped triggers that do not come back: those of the key guard,
    /// whose function has no rights or comment of its own.
    func shared(with other: SyncRestoration) -> SyncRestoration {
        SyncRestoration(self, keeping: triggers.filter(other.triggers.contains))
    }

    private init(_ whole: SyncRestoration, keeping triggers: [Trigger]) {
        let gone = Set(whole.triggers.map(\.function)).subtracting(triggers.map(\.function))
        let keys = Set(triggers.map { Self.key($0.name, $0.table) })
        self.triggers = triggers
        always = whole.always.intersection(keys)
        bodies = whole.bodies.filter { !gone.contains($0.function) }
        parsed = whole.parsed
        statements = whole.statements.filter { statement in
            switch statement.triggerWork {
            case .always(let name, let table)?: keys.contains(Self.key(name, table))
            case .function(let name, _)?: !gone.contains(name)
            case .trigger?, .setting?, nil: true
            }
        }
    }

    private static func key(_ trigger: Identifier, _ table: QualifiedName) -> String {
        "\(table.quoted).\(trigger.quoted)"
    }
}

// MARK: - The step

extension SyncRestoration {
    /// The step that makes all of it again; nil where there is nothing of the kind.
    func step(titled title: String) throws -> Step? {
        guard !triggers.isEmpty, !bodies.isEmpty else { return nil }
        let script = (locks + made).map { $0 + ";" }.joined(separator: "\n")
        return Step(
            title: title,
            done: try done(),
            mode: .transaction,
            over: nil,
            guardedBy: nil,
            statements: try Script(parsing: script).statements,
            text: script
        )
    }

    /// To drop a trigger takes ACCESS EXCLUSIVE; a later table is not waited for, so that the first is not held meanwhile.
    private var locks: [String] {
        let tables = triggers.map(\.table).reduce(into: [QualifiedName]()) { if !$0.contains($1) { $0.append($1) } }
        return tables.enumerated().map { place, table in
            "LOCK TABLE \(table.quoted) IN ACCESS EXCLUSIVE MODE\(place == 0 ? "" : " NOWAIT")"
        }
    }

    /// The statements in their order, each trigger dropped before it is made; one that a later one takes the place of is left out.
    private var made: [String] {
        statements.flatMap { statement -> [String] in
            guard case .trigger(let trigger)? = statement.triggerWork else { return [statement.text] }
            guard triggers.contains(trigger) else { return [] }
            return ["DROP TRIGGER IF EXISTS \(trigger.name.quoted) ON \(trigger.table.quoted)", statement.text]
        }
    }

    /// True where each trigger fires as it was made to, on each partition too, and each function has its body.
    private func done() throws -> String {
        let expected = try triggers.map { trigger in
            let firing = always.contains(Self.key(trigger.name, trigger.table)) ? "A" : "O"
            return """
                (to_regclass(\(try Literal(trigger.table.quoted).quoted)), \(try Literal(trigger.name.name).quoted), \(trigger.type), \
                to_regprocedure(\(try Literal(trigger.function.quoted + "()").quoted)), '\(firing)')
                """
        }
        let sources = try bodies.map { function, allowed in
            let texts = try allowed.map { try Literal($0).quoted }.joined(separator: ", ")
            return "(\(try Self.place(function)), ARRAY[\(texts)])"
        }
        let trees = try parsed.map(Self.place).sorted().map { "(\($0))" }
        let functions = "pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
        let unparsed = """
            AND NOT EXISTS (
                     SELECT FROM (VALUES \(trees.joined(separator: ", "))) f(name)
                       LEFT JOIN (\(functions)) ON format('%I.%I', n.nspname, p.proname) = f.name
                      WHERE p.prosqlbody IS NULL)
            """
        return """
            SELECT NOT EXISTS (
                     SELECT FROM (VALUES \(expected.joined(separator: ", "))) t(relid, name, type, function, firing)
                      CROSS JOIN LATERAL (SELECT t.relid::oid AS part UNION
                        SELECT relid::oid FROM pg_catalog.pg_partition_tree(t.relid) WHERE t.type & 1 = 1) p
                       LEFT JOIN pg_catalog.pg_trigger g ON g.tgrelid = p.part AND g.tgname = t.name AND g.tgtype = t.type
                        AND g.tgattr = '' AND g.tgfoid = t.function
                      WHERE g.tgenabled IS NULL OR g.tgenabled::text NOT IN (t.firing, 'A'))
               AND NOT EXISTS (
                     SELECT FROM (VALUES \(sources.joined(separator: ", "))) f(name, allowed)
                       LEFT JOIN (\(functions)) ON format('%I.%I', n.nspname, p.proname) = f.name
                      WHERE (p.prosrc = ANY (f.allowed)) IS NOT TRUE)
            \(trees.isEmpty ? "" : unparsed)
            """
    }

    /// How `format('%I.%I')` writes a function of the ledger's schema: each has a name that no other has.
    private static func place(_ function: QualifiedName) throws -> String {
        "format('%I.%I', \(try Literal(function.schema?.name ?? "").quoted), \(try Literal(function.name.name).quoted))"
    }
}
