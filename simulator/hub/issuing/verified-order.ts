// An order that was verified: both statements, their signatures and the token agree.
import type { AuthenticationStatement, OrderStatement } from '../../../agent/protocol/statement.ts';
import type { SubjectToken } from '../../../agent/protocol/subject-token.ts';

export interface VerifiedOrder {
  authentication: AuthenticationStatement;
  statement: OrderStatement;
  token: SubjectToken;
}
