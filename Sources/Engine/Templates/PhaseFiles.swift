import Diagnostics
import Foundation
import SQL
package import Workflow

/// One of the files a plan consists of.
package enum PhaseFile: Hashable, Sendable, CaseIterable {
    case phase(Phase)
    case undo(Phase)
    case purge

    package static var allCases: [PhaseFile] { Phase.allCases.flatMap { [.phase($0), .undo($0)] } + [.purge] }

    /// Whether it takes back what another file did.
    var isUndo: Bool { if case .undo = self { true } else { false } }

    /// The template's name within its family.
    var template: String {
        switch self {
        case .phase(let phase): phase.rawValue
        case .undo(let phase): "\(phase.rawValue).undo"
        case .purge: "purge"
        }
    }

    /// The generated file's name: from `1_expand.sql` and `1_expand.undo.sql` to `6_purge.sql`.
    package var fileName: String {
        switch self {
        case .phase(let phase), .undo(let phase):
            "\((Phase.allCases.firstIndex(of: phase) ?? 0) + 1)_\(template).sql"
        case .purge: "\(Phase.allCases.count + 1)_\(template).sql"
        }
    }

    /// The form of the sync function the file is rendered with.
    var body: SyncBody {
        switch self {
        case .phase(.expand), .undo(.expand), .phase(.backfill), .undo(.enforce): .copying
        default: .settled
        }
    }
}

/// A file's steps, and whether a person edited them.
struct LoadedFile: Sendable {
    let file: PhaseFile
    /// The template, as records name it: `same_row/expand`.
    let name: String
    let steps: [Step]
    /// The steps as the template has them; an edited file is held to their postconditions too.
    let generated: [Step]
    let isEdited: Bool
}

extension LoadedFile {
    /// The file with a part of its steps.
    func with(_ steps: [Step]) -> LoadedFile {
        LoadedFile(file: file, name: name, steps: steps, generated: generated, isEdited: isEdited)
    }
}

/// Renders a blueprint's files, and reads those that a person may have edited.
struct PhaseFiles: Sendable {
    let templates: TemplateLibrary
    let blueprint: any RenderedBlueprint
    /// Folder with the plan's generated files; it need not exist.
    let folder: URL
    /// The plan's own blueprint where this is one of its several changes: the files in the folder are of all of them.
    var whole: (any RenderedBlueprint)?

    /// The steps of a file as they are to be run; nil when there is nothing to do in it.
    ///
    /// One that a person has run already (`isApplied`) may have been written for the table as it was before.
    ///
    /// - Throws: ``Failure`` when the generated file on disk belongs to another state of plan, catalog or templates.
    func load(_ file: PhaseFile, isApplied: Bool = false) throws -> LoadedFile? {
        guard let generated = try render(file, .engine) else { return nil }
        let name = "\(blueprint.family)/\(file.template)"
        let url = folder.appending(path: file.fileName)
        guard let text = try text(of: file) else {
            return LoadedFile(
                file: file,
                name: name,
                steps: generated.steps,
                generated: generated.steps,
                isEdited: false
            )
        }
        let (digest, body) = Self.split(text)
        if digest == Digest.hex(body) {
            guard try isApplied || render(file, .file)?.text == body else {
                throw Failure(
                    .refused,
                    "the generated file \(url.relativePath) is out of date: plan, table or templates have changed since",
                    hint: "crossfade generate \(blueprint.plan) again, or remove the file"
                )
            }
            return LoadedFile(
                file: file,
                name: name,
                steps: generated.steps,
                generated: generated.steps,
                isEdited: false
            )
        }
        let edited: StepFile
        do throws(Diagnostics) {
            edited = try StepFile(parsing: SourceText(name: url.relativePath, text: body))
        } catch {
            throw Failure(.invalidPlan, DiagnosticRenderer(color: false).render(error), hint: "correct the edited file")
        }
        return LoadedFile(file: file, name: name, steps: edited.steps, generated: generated.steps, isEdited: true)
    }

    /// The steps of a file as they are generated, whatever is on disk: for what is asked of the catalog alone.
    func generated(_ file: PhaseFile) throws -> [Step] { try render(file, .engine)?.steps ?? [] }

    /// Renders a template; nil when the family has none for the file.
    func render(
        _ file: PhaseFile,
        _ mode: RenderMode,
        leaf: QualifiedName? = nil,
        chunks: ChunkRange = .blocks
    ) throws -> StepFile? {
        if let members = members(in: file) {
            let files = try members.compactMap { try $0.render(file, mode, leaf: leaf, chunks: chunks) }
            guard !files.isEmpty else { return nil }
            return try rendering { try StepFile(joining: files, name: "\(blueprint.family)/\(file.template)") }
        }
        let name = "\(blueprint.family)/\(file.template)"
        guard templates.source(name) != nil else { return nil }
        var use = TemplateUse(file.body)
        use.leaf = leaf
        use.chunks = chunks
        let rendered = try rendering { () throws in
            try templates.render(name, try blueprint.variables(use), mode: mode)
        }
        return mode == .file && leaf == nil ? try naming(overOf: rendered, file) : rendered
    }

    /// A template of checks; none where the family has no such file.
    func checks(_ name: String, _ body: SyncBody, hasFunctions: Bool = false) throws -> [Check] {
        try checks(name, body, try sources(for: name, body), hasFunctions)
    }

    /// The checks of each change, with the script that has to be run before them.
    func checkGroups(
        _ name: String,
        after setup: String?,
        _ body: SyncBody
    ) throws -> [(setup: String?, checks: [Check])] {
        let sources = try sources(for: name, body)
        return try parts.enumerated().map { place, part in
            let line = list.map { $0.members[place].line + ": " } ?? ""
            let checks = try part.checks(name, body, sources, false).map { Check(title: line + $0.title, sql: $0.sql) }
            return (checks.isEmpty ? nil : try setup.flatMap { try part.script($0, body) }, checks)
        }
    }

    private func checks(
        _ name: String,
        _ body: SyncBody,
        _ sources: [String: FunctionSource],
        _ hasFunctions: Bool
    ) throws -> [Check] {
        if list != nil { return try checkGroups(name, after: nil, body).flatMap(\.checks) }
        let template = "\(blueprint.family)/\(name)"
        guard templates.source(template) != nil else { return [] }
        var use = TemplateUse(body)
        use.sources = sources
        use.hasFunctions = hasFunctions
        return try rendering { try templates.renderChecks(template, try blueprint.variables(use)).checks }
    }

    /// The statements of a template of steps that is run as one script; nil where there is nothing to do.
    func script(_ name: String, _ body: SyncBody) throws -> String? {
        guard has(name) else { return nil }
        let file = try rendering {
            try templates.render("\(blueprint.family)/\(name)", try blueprint.variables(TemplateUse(body)))
        }
        let statements = file.steps.flatMap(\.statements).map(\.text)
        return statements.isEmpty ? nil : statements.joined(separator: ";\n")
    }

    /// Whether the family, or that of a member, has a template of that name.
    func has(_ name: String) -> Bool {
        templates.source("\(blueprint.family)/\(name)") != nil || (list != nil && parts.contains { $0.has(name) })
    }

    /// A template of one statement; of several changes each of the ``parts`` has its own.
    func statement(_ name: String, _ body: SyncBody, limit: Int = 20, isRefilling: Bool = false) throws -> String {
        var use = TemplateUse(body)
        use.limit = limit
        use.isRefilling = isRefilling
        return try rendering {
            try templates.renderStatement("\(blueprint.family)/\(name)", try blueprint.variables(use))
        }
    }

    /// The statement that counts the rows, and the wrong ones, of a range of blocks (`$1` to `$2`) of a table or partition.
    func screen(_ relation: String, _ body: SyncBody) throws -> String {
        var use = TemplateUse(body)
        use.leaf = try QualifiedName(parsing: relation)
        return try rendering {
            try templates.renderStatement("\(blueprint.family)/screen", try blueprint.variables(use))
        }
    }

    /// The bodies that the sync functions must have in the given form.
    ///
    /// As expand makes them, or as enforce does where it makes them anew; none for a template that does not ask for them.
    private func sources(for name: String, _ body: SyncBody) throws -> [String: FunctionSource] {
        let asks = parts.contains {
            templates.source("\($0.blueprint.family)/\(name)")?.text.contains(/_source}}|{{expected}}/) == true
        }
        guard asks, !blueprint.functions.isEmpty else { return [:] }
        let scripts = try functionScripts()
        var sources: [String: FunctionSource] = [:]
        for function in blueprint.functions {
            let made = Self.bodies(of: function, in: scripts.expand)
            let remade = Self.bodies(of: function, in: scripts.enforce)
            guard let first = made.last, let settled = remade.last ?? made.last else {
                throw Failure(.failed, "no template of \(blueprint.family) makes the function \(function)")
            }
            sources[function.quoted + "()"] = FunctionSource(
                expected: body == .copying ? first : settled,
                settled: settled,
                interim: remade.first ?? first
            )
        }
        return sources
    }

    /// The statements that make functions: rendering and parsing a file takes far longer than looking for one of them.
    private func functionScripts() throws -> (expand: [String], enforce: [String]) {
        let all = ofPlan
        func statements(of file: PhaseFile) throws -> [String] {
            (try all.load(file)?.steps ?? []).flatMap(\.statements).map(\.text).filter { $0.contains(" AS $") }
        }
        return (try statements(of: .phase(.expand)), try statements(of: .phase(.enforce)))
    }

    /// The bodies that statements give a function, one after the other.
    private static func bodies(of function: QualifiedName, in statements: [String]) -> [String] {
        statements.compactMap { statement in
            guard statement.contains("FUNCTION \(function.quoted)()"),
                let opening = statement.firstMatch(of: /\ AS (\$\w*\$)/)
            else { return nil }
            let rest = statement[opening.range.upperBound...]
            return rest.range(of: opening.1).map { String(rest[..<$0.lowerBound]) }
        }
    }

    /// The statements of a chunk step for each partition; the files are those that the step is of.
    func chunkStatement(_ loaded: LoadedFile, _ step: Step, by range: ChunkRange) throws -> ChunkStatement {
        let copy = loaded.isEdited ? try editedCopy(step) : generatedCopy(loaded, step)
        let isRefilling = loaded.file == .undo(.contract)
        return ChunkStatement(range: range, crossesTables: step.over != nil, copy: copy) { [self] relation, range in
            let leaf = try QualifiedName(parsing: relation)
            var use = TemplateUse(.settled)
            use.leaf = leaf
            use.chunks = range
            use.isRefilling = isRefilling
            return try rendering {
                try templates.renderStatement("\(blueprint.family)/left_in_chunk", try blueprint.variables(use))
            }
        }
    }

    private func generatedCopy(_ loaded: LoadedFile, _ step: Step) -> @Sendable (String, ChunkRange) throws -> String {
        { [self] relation, range in
            let leaf = try QualifiedName(parsing: relation)
            let rendered = try render(loaded.file, .engine, leaf: leaf, chunks: range)?.steps.first {
                $0.mode == .chunk && $0.title == step.title
            }
            guard let text = rendered?.statements.first?.text else {
                throw Failure(.failed, "the step \"\(step.title)\" cannot be rendered for \(relation)")
            }
            return text
        }
    }

    /// In a file for people the range of blocks stands as the whole table; each end must still be there.
    private func editedCopy(_ step: Step) throws -> @Sendable (String, ChunkRange) throws -> String {
        guard let text = step.statements.first?.text, text.contains("'(0,0)'"), text.contains("'(4294967295,0)'"),
            !blueprint.isPartitioned
        else {
            throw Failure(
                .refused,
                "the edited step \"\(step.title)\" no longer names the range '(0,0)' to '(4294967295,0)', "
                    + "or the table is partitioned: it could only run in one transaction",
                hint: "put the range back"
            )
        }
        let ranged = text.replacing("'(0,0)'", with: "$1").replacing("'(4294967295,0)'", with: "$2")
        return { _, _ in ranged }
    }
}
