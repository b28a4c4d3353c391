import { Injectable } from '@nestjs/common';
import type { Person } from '../contracts.js';

/** Knows how people are called: here a service of its own, to show that tasks have services injected. */
@Injectable()
export class Names {
  fullName({ firstName, lastName }: Person): string {
    return `${firstName} ${lastName}`;
  }
}
