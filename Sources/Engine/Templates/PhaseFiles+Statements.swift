import Workflow

extension PhaseFiles {
    /// A template of one statement, for that use.
    func statement(_ name: String, _ use: TemplateUse) throws -> String {
        try rendering {
            try templates.renderStatement("\(blueprint.family)/\(name)", try blueprint.variables(use))
        }
    }
}
