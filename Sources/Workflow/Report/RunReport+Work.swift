package import struct Foundation.Date
package import SQL

extension RunReport {
    /// One performance of a step, a failed one too.
    package struct Step: Sendable, Hashable {
        /// The template: `same_row/expand`, `same_row/expand.undo`.
        package let file: String
        package let title: String
        /// `done`, `already done` or `failed`.
        package let outcome: String
        /// How often its locks were tried for.
        package let attempts: Int
        package let seconds: Double
        package let error: String?
        package let sqlDigest: String
        package let finishedAt: Date
        /// Who, as `user@host`; nil where the event log does not tell.
        package let actor: String?

        package init(
            file: String,
            title: String,
            outcome: String,
            attempts: Int,
            seconds: Double,
            error: String?,
            sqlDigest: String,
            finishedAt: Date,
            actor: String?
        ) {
            self.file = file
            self.title = title
            self.outcome = outcome
            self.attempts = attempts
            self.seconds = seconds
            self.error = error
            self.sqlDigest = sqlDigest
            self.finishedAt = finishedAt
            self.actor = actor
        }
    }

    /// The SQL of a step, by the digest it was recorded with.
    package struct Script: Sendable, Hashable {
        /// The text as it is rendered now, when that has the digest.
        package struct Text: Sendable, Hashable {
            package let sql: String
            /// `transaction`, `none` (outside any transaction) or `chunk` (once for each range of rows).
            package let mode: String
            package let locks: [RelationLock]

            package init(sql: String, mode: String, locks: [RelationLock]) {
                self.sql = sql
                self.mode = mode
                self.locks = locks
            }
        }

        package let file: String
        package let title: String
        package let sqlDigest: String
        /// nil when no text that this program renders has the digest.
        package let text: Text?

        package init(file: String, title: String, sqlDigest: String, text: Text?) {
            self.file = file
            self.title = title
            self.sqlDigest = sqlDigest
            self.text = text
        }
    }

    /// One pass over a table or partition: the copy, or a sweep.
    package struct Pass: Sendable, Hashable {
        package let step: String
        /// 1 is the copy, later ones sweep up what was locked.
        package let number: Int
        /// Quoted, with its schema.
        package let relation: String
        package let startedAt: Date
        /// When its last chunk was done; nil when it had none.
        package let finishedAt: Date?
        package let rows: Int64
        package let chunks: Int64
        /// Of all workers together.
        package let seconds: Double
        /// Rows that turned the copy away.
        package let rejections: Int64

        package init(
            step: String,
            number: Int,
            relation: String,
            startedAt: Date,
            finishedAt: Date?,
            rows: Int64,
            chunks: Int64,
            seconds: Double,
            rejections: Int64
        ) {
            self.step = step
            self.number = number
            self.relation = relation
            self.startedAt = startedAt
            self.finishedAt = finishedAt
            self.rows = rows
            self.chunks = chunks
            self.seconds = seconds
            self.rejections = rejections
        }
    }

    /// Rows that a repair wrote over.
    package struct Repairs: Sendable, Hashable {
        package struct Row: Sendable, Hashable {
            package let relation: String
            package let key: String
            package let at: Date
            /// How many values were written over; nil when there was no row.
            package let values: Int?
            /// These values as JSON; nil unless they were asked for.
            package let before: String?

            package init(relation: String, key: String, at: Date, values: Int?, before: String?) {
                self.relation = relation
                self.key = key
                self.at = at
                self.values = values
                self.before = before
            }
        }

        /// How many there are; more than are listed when there are very many.
        package let total: Int64
        /// The first of them.
        package let rows: [Row]

        package init(total: Int64, rows: [Row]) {
            self.total = total
            self.rows = rows
        }
    }
}
