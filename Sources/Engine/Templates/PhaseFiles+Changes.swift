import Workflow

/// The steps that let the new shape follow changes of the old one.
extension PhaseFiles {
    /// The steps that give the new shape what the old one has got, or lost, since another resolution.
    ///
    /// While contract is undone it is the old one, set aside, that is given what the new one has got.
    func carrying(since former: any RenderedBlueprint, isRefilling: Bool = false) throws -> [Step] {
        let before = PhaseFiles(templates: templates, blueprint: former, folder: folder).parts
        return try zip(parts, before).flatMap { part, before -> [Step] in
            let name = "\(part.blueprint.family)/carry"
            guard templates.source(name) != nil else { return [] }
            var use = TemplateUse(.copying)
            use.former = before.blueprint
            use.isRefilling = isRefilling
            return try rendering { try templates.render(name, try part.blueprint.variables(use)).steps }
        }
    }

    /// The titles of enforce's undo steps that take away what it would not make for the shape as it is now.
    func supersededTitles(by present: any RenderedBlueprint) throws -> Set<String> {
        let after = PhaseFiles(templates: templates, blueprint: present, folder: folder).parts
        return try zip(parts, after).reduce(into: []) { titles, pair in
            guard let superseded = pair.0.blueprint.superseded(by: pair.1.blueprint) else { return }
            let rest = try pair.0.undoTitles(of: superseded.rest)
            titles.formUnion(try pair.0.undoTitles(of: superseded.gone).subtracting(rest))
        }
    }

    private func undoTitles(of other: any RenderedBlueprint) throws -> Set<String> {
        let files = PhaseFiles(templates: templates, blueprint: other, folder: folder)
        return Set(try files.render(.undo(.enforce), .engine)?.steps.map(\.title) ?? [])
    }
}
