import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { PenstockError } from '@penstock/protocol';
import { throwError, type Observable } from 'rxjs';

/**
 * Lets a `PenstockError` that a handler throws reach its caller with its code, where Nest's own filter would make it
 * "Internal server error". Register it on the microservice: `app.useGlobalFilters(new PenstockErrorFilter())`.
 */
@Catch(PenstockError)
export class PenstockErrorFilter implements RpcExceptionFilter<PenstockError> {
  catch(exception: PenstockError): Observable<never> {
    return throwError(() => exception);
  }
}
