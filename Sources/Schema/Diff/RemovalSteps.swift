import SQL

/// The statements that remove what has to go, dependants first.
struct RemovalSteps {
    private let diff: SchemaDiff
    private let removed: Set<ObjectID>
    /// What goes by itself when another object is dropped, with that one.
    private var hosts: [ObjectID: ObjectID] = [:]
    private(set) var steps: [Step] = []
    /// Old types that columns have until they are given others, and default privileges that new objects still get.
    private(set) var last: [Step] = []

    init(_ diff: SchemaDiff) {
        self.diff = diff
        removed = Set(diff.changes.filter(\.value.removes).keys)
        for id in removed { hosts[id] = host(of: id) }
        let order = order()
        let lineage = Lineage(diff: diff)
        let kept = typesInUse()
        for id in order {
            guard let entry = diff.old.entries[id], !lineage.isImplied(id) else { continue }
            if case .type(let name) = id, kept.contains(id) {
                keep(name, id, entry.object)
            } else {
                for step in entry.object.removal(of: id) {
                    if step.stage == .late { last.append(step) } else { steps.append(step) }
                }
            }
        }
    }

    /// A type of the same name is made before the columns change to it.
    private mutating func keep(_ name: QualifiedName, _ id: ObjectID, _ type: any SchemaObject) {
        guard diff.changes[id] == .replace else {
            last += type.removal(of: id)
            return
        }
        let aside = QualifiedName(schema: name.schema, name: Identifier(shortening: name.name.name, "replaced"))
        steps.append(Step("ALTER TYPE \(name.quoted) RENAME TO \(aside.name.quoted)"))
        last += type.removal(of: .type(aside))
    }

    /// The object at the end of the chain of those that take each other along.
    private func host(of id: ObjectID) -> ObjectID? {
        var seen: Set<ObjectID> = [id]
        var host = id
        while true {
            let next = diff.old.dependencies[host, default: [:]]
                .filter { $0.value == .automatic && removed.contains($0.key) && !seen.contains($0.key) }
                .keys.min(by: DependencyGraph.precedes)
            guard let next else { return host == id ? nil : host }
            seen.insert(next)
            host = next
        }
    }

    /// What is dropped by a statement of its own, dependants first.
    ///
    /// What an object takes along is gone with it, and what that depends on has to come after. Where two take along what
    /// depends on the other, as two tables with foreign keys to each other, that goes first by itself.
    private mutating func order() -> [ObjectID] {
        var graph = DependencyGraph([:])
        for id in removed where hosts[id] == nil { addNeeds(of: id, to: &graph) }
        for id in hosts.keys.sorted(by: DependencyGraph.precedes) {
            guard let host = hosts[id] else { continue }
            let others = Set(needs(of: id).map { hosts[$0] ?? $0 }).subtracting([host])
            if others.contains(where: { graph.reaches(from: $0, to: host) }) { hosts[id] = nil }
            addNeeds(of: id, to: &graph)
        }
        // Once more, since it is only now known what goes first by itself.
        var whole = DependencyGraph([:])
        for id in removed { addNeeds(of: id, to: &whole) }
        return whole.order(of: removed.filter { hosts[$0] == nil }).reversed()
    }

    private func addNeeds(of id: ObjectID, to graph: inout DependencyGraph) {
        for other in needs(of: id) { graph.add(hosts[id] ?? id, after: hosts[other] ?? other) }
    }

    private func needs(of id: ObjectID) -> [ObjectID] {
        diff.old.dependencies[id, default: [:]].keys.filter(removed.contains)
    }

    /// The types among the removed ones that a column has which stays.
    private func typesInUse() -> Set<ObjectID> {
        var open = diff.old.dependencies.flatMap { id, others -> [ObjectID] in
            guard case .column = id, !removed.contains(id) else { return [] }
            return Array(others.keys)
        }
        // A type that is kept for a while keeps what it is made of.
        var types: Set<ObjectID> = []
        while let id = open.popLast() {
            guard case .type = id, removed.contains(id), types.insert(id).inserted else { continue }
            open += diff.old.dependencies[id, default: [:]].keys
        }
        return types
    }
}
