import Diagnostics
import Workflow

extension PhaseFiles {
    /// A template of one statement, for that use.
    func statement(_ name: String, _ use: TemplateUse) throws -> String {
        try rendering {
            try templates.renderStatement("\(blueprint.family)/\(name)", try blueprint.variables(use))
        }
    }

    /// What a template makes; its mistakes are told to the person who wrote it.
    func rendering<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let diagnostics as Diagnostics {
            throw Failure(
                .failed,
                "a template is wrong:\n" + DiagnosticRenderer(color: false).render(diagnostics),
                hint: "correct it in --templates, or leave --templates out"
            )
        }
    }
}
