import Workflow

extension PhaseFiles {
    /// The changes, where the plan has several.
    var list: ChangeListBlueprint? { blueprint as? ChangeListBlueprint }

    /// The files of all changes, where this is one of several.
    var ofPlan: PhaseFiles { PhaseFiles(templates: templates, blueprint: whole ?? blueprint, folder: folder) }

    /// The files of each change, where there are several; else these alone.
    var parts: [PhaseFiles] {
        guard let list else { return [self] }
        return list.members.map {
            PhaseFiles(templates: templates, blueprint: $0.blueprint, folder: folder, whole: blueprint)
        }
    }

    /// The members whose steps a file consists of, in the order to be run; nil where it has a template of its own.
    func members(in file: PhaseFile) -> [PhaseFiles]? {
        guard let list else { return nil }
        // The backfill is shared; where no row is to be filled there is none.
        if file == .phase(.backfill) { return list.filled.isEmpty ? [] : nil }
        return file.isUndo ? parts.reversed() : parts
    }

    /// The files that a step is of: those of one change, or of all that share the backfill.
    func owner(of step: Step, in loaded: LoadedFile) throws -> PhaseFiles {
        guard let members = members(in: loaded.file) else { return self }
        return try members.first { part in
            try part.render(loaded.file, .engine)?.steps.contains { $0.mode == step.mode && $0.title == step.title }
                ?? false
        } ?? self
    }

    /// The steps of a file, those of each change by themselves; an edited file is one piece.
    func pieces(of loaded: LoadedFile) throws -> [[Step]] {
        guard !loaded.isEdited, let members = members(in: loaded.file) else { return [loaded.steps] }
        return try members.compactMap { try $0.render(loaded.file, .engine)?.steps }
    }
}
