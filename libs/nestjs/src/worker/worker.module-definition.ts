import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { PenstockWorkerOptions } from './worker-options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: WORKER_OPTIONS } =
  new ConfigurableModuleBuilder<PenstockWorkerOptions>({ moduleName: 'PenstockWorker' })
    .setClassMethodName('forRoot')
    .build();

/** The file that has called `forRoot`, which the options' paths are relative to. */
export const WORKER_CALLER = Symbol('penstock.worker-caller');
