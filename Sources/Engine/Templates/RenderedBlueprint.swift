package import Postgres
package import SQL
package import Workflow

/// A blueprint that gives its family's templates their variables.
package protocol RenderedBlueprint: Blueprint {
    /// The variables; what the use is about comes from the engine (see ``TemplateUse``) and is added by it.
    func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext

    /// The same in the form in which contract has left the table, whoever ran it and whenever its file was written.
    func asContracted(on connection: Connection) throws -> Self

    /// A blueprint that has one of everything, so that every list of a template has an item to be checked with.
    static var specimen: Self { get }

    /// The sync functions, whose bodies the structural check compares with the generated ones.
    var functions: [QualifiedName] { get }

    /// The functions of the plan's expressions, which the copy and the checks call; none where it has none.
    var mappingFunctions: [MappingFunction] { get }

    /// Whether sync functions keep values in the ledger that a row takes along.
    var keepsValues: Bool { get }

    /// Tables and views of a run without sync functions that have another name, while both shapes stand side by side.
    func displaced(on connection: Connection) throws -> [DisplacedTable]

    /// What others have made on a relation that undoing enforce or expand drops, and PostgreSQL does not let go with it, or would.
    func dependantsInTheWay(on connection: Connection) throws -> [Finding]
}

extension RenderedBlueprint {
    package var mappingFunctions: [MappingFunction] { [] }
    package var keepsValues: Bool { false }
    package func displaced(on _: Connection) throws -> [DisplacedTable] { [] }
    package func dependantsInTheWay(on _: Connection) throws -> [Finding] { [] }
}

/// What a template is rendered for.
package struct TemplateUse: Sendable {
    /// What the sync trigger takes a NULL in the new shape for.
    package var body: SyncBody
    /// The partition or table a chunk statement is for; nil for the whole.
    package var leaf: QualifiedName?
    /// What the chunks are ranges of.
    package var chunks: ChunkRange = .blocks
    /// The bodies that the sync functions must have, by their quoted names with parentheses.
    package var sources: [String: FunctionSource] = [:]
    /// How many rows the template may name or touch.
    package var limit = 20
    /// Whether the statement sets off triggers that have to find what they find in the role's other sessions.
    package var setsPath = false
    /// Whether the rows left to copy are those that rollback has to fill.
    package var isRefilling = false
    /// The change as it was resolved before, for what has been changed since.
    package var former: (any RenderedBlueprint)?
    /// Whether the plan's own functions are there; else those that last for a transaction stand in for them.
    package var hasFunctions = false

    package init(_ body: SyncBody) { self.body = body }
}

/// What the trigger takes a NULL in the new shape for.
package enum SyncBody: Sendable, Hashable {
    /// Not copied yet, or read before it was: from expand until enforce is done.
    case copying
    /// A value like any other.
    case settled

    /// A section that is rendered once, in the copying form, also where its file is otherwise of the settled one.
    static let stillCopying = TemplateValue.list([["copying": .flag(true)]])
}

/// The body that a function must have now, and the one it has once the change is settled.
package struct FunctionSource: Sendable, Hashable {
    package var expected: String
    package var settled: String
    /// The one it has while enforce is under way.
    package var interim: String

    package static let none = FunctionSource(expected: "", settled: "", interim: "")
}

/// Every family of templates, by the type of its blueprints.
package enum BlueprintCatalog {
    package static let families: [any RenderedBlueprint.Type] = [
        SameRowBlueprint.self, RequiredColumnBlueprint.self, MoveRelationBlueprint.self, LinkTableBlueprint.self,
        MovedColumnsBlueprint.self, DroppedColumnBlueprint.self, DroppedTableBlueprint.self, RenamedTableBlueprint.self,
        AddedConstraintBlueprint.self, ComposedColumnsBlueprint.self, CustomBlueprint.self,
        ChangeListBlueprint.self,
    ]

    /// Reads a blueprint as the ledger holds it.
    ///
    /// - Throws: DecodingError, also for a family that this program does not know.
    static func decode(_ text: String) throws -> any RenderedBlueprint {
        try family(Ledger.decode(Stored.self, text).family).decode(text)
    }

    /// The type of a family's blueprints.
    ///
    /// - Throws: DecodingError for a family that this program does not know.
    static func family(_ name: String) throws -> any RenderedBlueprint.Type {
        if let family = families.first(where: { $0.family == name }) { return family }
        let problem = "the family of templates '\(name)' is unknown to this program"
        throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: problem))
    }

    private struct Stored: Decodable {
        let family: String
    }
}

extension RenderedBlueprint {
    package func asContracted(on _: Connection) throws -> Self { self }

    fileprivate static func decode(_ text: String) throws -> Self { try Ledger.decode(Self.self, text) }

    /// The variables, with those that every family has.
    func variables(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var context = try context(use)
        context["plan"] = try .text(plan)
        context["seen"] = try .text("crossfade.seen_\(Digest.hex(plan).prefix(8))_")
        context["copying"] = .flag(use.body == .copying)
        context["limit"] = use.setsPath ? .verbatim(SessionPath.limit(use.limit)) : .number(use.limit)
        context["refilling"] = .flag(use.isRefilling)
        context["leaf"] = .name(use.leaf ?? table)
        context["leaf_text"] = try .text((use.leaf ?? table).quoted)
        context["range"] = .range(engine: use.chunks.condition, file: ChunkRange.wholeTable)
        return context
    }

    /// The variables of the specimen: what the family's templates are checked against.
    package static var specimenContext: TemplateContext {
        // The names are constants; that they are valid is a test's business.
        (try? specimen.variables(TemplateUse(.settled))) ?? TemplateContext([:])
    }

    /// What has changed since another blueprint of the same plan; of another family, everything has.
    func drift(from other: any RenderedBlueprint) -> [String] {
        guard let other = other as? Self else { return ["the change is of another kind"] }
        return differences(from: other)
    }

    /// What has been changed of the old shape since, each as the statement that does it.
    func changes(since former: any RenderedBlueprint) -> [String] {
        guard let former = former as? Self else { return [] }
        return changes(since: former)
    }

    /// Whether what has been changed since can be carried over while both shapes live.
    func follows(_ former: any RenderedBlueprint) -> Bool {
        guard let former = former as? Self else { return false }
        return follows(former)
    }

    /// The change with nothing but what enforce made and would not make any more, and without that too.
    func superseded(by present: any RenderedBlueprint) -> (gone: any RenderedBlueprint, rest: any RenderedBlueprint)? {
        guard let present = present as? Self, let superseded = superseded(by: present) else { return nil }
        return (superseded.gone, superseded.rest)
    }

    /// The same with what contract makes anew as it is now.
    func redefining(as present: any RenderedBlueprint) -> any RenderedBlueprint {
        guard let present = present as? Self else { return self }
        return redefining(as: present)
    }

    /// The same with the triggers that are made anew as they are now.
    func recreating(as present: any RenderedBlueprint) -> any RenderedBlueprint {
        guard let present = present as? Self else { return self }
        return recreating(as: present)
    }

    /// The same change resolved again, with the sync function that is there.
    func keeping(_ former: any RenderedBlueprint) -> any RenderedBlueprint {
        guard let former = former as? Self else { return self }
        return keepingFunction(of: former)
    }
}
