import { Injectable } from '@nestjs/common';

/** Whether the balancer takes tasks; `main` says when. */
@Injectable()
export class Readiness {
  state: 'starting' | 'ready' | 'stopping' = 'starting';
}
