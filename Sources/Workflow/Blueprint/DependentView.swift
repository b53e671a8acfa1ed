package import SQL

/// A view that reads the old column, and is to read the new one from enforce on.
///
/// Both definitions are the server's own text, the second made in a clone of the table.
package struct DependentView: Sendable, Hashable, Codable {
    package var name: QualifiedName
    /// The query as it reads the old column.
    package var before: ServerText
    /// The query as it reads the new column, under the same output names.
    package var after: ServerText
    /// As in `security_barrier=true, check_option=local`.
    package var options: ServerText?
    /// What has to be given to the view anew; nil where it can be replaced in place, which keeps everything.
    package var recreation: Recreation?
    /// The first of several views that read each other, and are dropped and created in one step, in this order; nil: it has a step of
    /// its own.
    package var group: QualifiedName?
    /// Whether it is made of `before`, while the new column has the name of the old one; nil: not.
    ///
    /// As where it joins by the column, without naming it.
    package var isExchanged: Bool?

    package init(name: QualifiedName, before: ServerText, after: ServerText, options: ServerText?) {
        self.name = name
        self.before = before
        self.after = after
        self.options = options
    }

    /// What a view loses when it is dropped and created, since a column of its own changes type.
    package struct Recreation: Sendable, Hashable, Codable {
        package var owner: Identifier
        package var comment: String?
        package var columnComments: [ColumnComment]
        package var grants: [ColumnFacts.Grant]
        /// Rights on columns of it; nil where a run began before they were carried over.
        package var columnGrants: [ColumnGrant]?
        /// Who would get rights on the new view by ALTER DEFAULT PRIVILEGES; nil among them is PUBLIC.
        package var defaultGrantees: [Identifier?]

        package init(
            owner: Identifier,
            comment: String?,
            columnComments: [ColumnComment],
            grants: [ColumnFacts.Grant],
            defaultGrantees: [Identifier?]
        ) {
            self.owner = owner
            self.comment = comment
            self.columnComments = columnComments
            self.grants = grants
            self.defaultGrantees = defaultGrantees
        }
    }

    package struct ColumnComment: Sendable, Hashable, Codable {
        package var column: Identifier
        package var text: String

        package init(column: Identifier, text: String) {
            self.column = column
            self.text = text
        }
    }

    /// A right, on one column where it has one.
    package struct ColumnGrant: Sendable, Hashable, Codable {
        package var column: Identifier?
        package var grant: ColumnFacts.Grant

        package init(column: Identifier?, grant: ColumnFacts.Grant) {
            self.column = column
            self.grant = grant
        }
    }
}
