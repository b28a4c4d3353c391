import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { TaskClientOptions } from '@penstock/client';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: CLIENT_OPTIONS } =
  new ConfigurableModuleBuilder<TaskClientOptions>({ moduleName: 'PenstockClient' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
