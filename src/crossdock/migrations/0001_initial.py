# Written by makemigrations; regenerate rather than edit until the first release.

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lane',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('awake', models.BooleanField(default=False)),
                ('epoch', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'lane',
            },
        ),
        migrations.CreateModel(
            name='Marketplace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField()),
                ('add_ons', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'marketplace',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'db_table': 'person',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='OrderPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_sync', models.BooleanField(null=True)),
                ('paid_only', models.BooleanField(null=True)),
                ('push_unsynced', models.BooleanField(null=True)),
                ('override_customer', models.BooleanField(null=True)),
                ('merchant_name', models.TextField(blank=True, null=True)),
                ('merchant_email', models.TextField(blank=True, null=True)),
                ('merchant_phone', models.TextField(blank=True, null=True)),
                ('minimum_value', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True)),
                ('maximum_value', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True)),
                ('maximum_quantity', models.IntegerField(blank=True, null=True)),
                ('updated_at', models.DateTimeField()),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='order_policies', to='crossdock.marketplace')),
            ],
            options={
                'db_table': 'order_policy',
            },
        ),
        migrations.CreateModel(
            name='PolicyChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('who', models.TextField()),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.orderpolicy')),
            ],
            options={
                'db_table': 'policy_change',
            },
        ),
        migrations.CreateModel(
            name='Store',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.TextField()),
                ('domain', models.TextField()),
                ('base_url', models.TextField()),
                ('name', models.TextField(blank=True, default='')),
                ('currency', models.TextField(blank=True, default='')),
                ('state', models.TextField(choices=[('connected', 'Connected'), ('needs_reauth', 'Needs Reauth'), ('unreachable', 'Unreachable'), ('paused', 'Paused'), ('uninstalled', 'Uninstalled'), ('disconnected', 'Disconnected')], default='connected')),
                ('state_words', models.TextField(blank=True, default='')),
                ('state_at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('renew_at', models.DateTimeField(blank=True, null=True)),
                ('hook_key', models.TextField(unique=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('failures', models.IntegerField(default=0)),
                ('remote_id', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stores', to='crossdock.marketplace')),
            ],
            options={
                'db_table': 'store',
            },
        ),
        migrations.CreateModel(
            name='MerchantOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.TextField()),
                ('name', models.TextField(blank=True, default='')),
                ('version', models.BigIntegerField(default=0)),
                ('read_needed', models.BooleanField(default=False)),
                ('sealed', models.BinaryField(null=True)),
                ('digest', models.BinaryField(null=True)),
                ('routed_digest', models.BinaryField(null=True)),
                ('placed_at', models.DateTimeField(null=True)),
                ('financial_status', models.TextField(blank=True, default='')),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('gone_at', models.DateTimeField(null=True)),
                ('total', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('currency', models.TextField(blank=True, default='')),
                ('merchant_share', models.JSONField(null=True)),
                ('has_unassigned', models.BooleanField(default=False)),
                ('seen_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.marketplace')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.store')),
            ],
            options={
                'db_table': 'merchant_order',
            },
        ),
        migrations.CreateModel(
            name='DirtyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lane', models.SmallIntegerField()),
                ('kind', models.TextField()),
                ('ref', models.BigIntegerField()),
                ('priority', models.SmallIntegerField()),
                ('due_at', models.DateTimeField(null=True)),
                ('generation', models.BigIntegerField(default=1)),
                ('lease', models.BigIntegerField(null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('reason', models.TextField(blank=True, default='')),
                ('marked_at', models.DateTimeField()),
                ('store', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to='crossdock.store')),
            ],
            options={
                'db_table': 'dirty_key',
            },
        ),
        migrations.CreateModel(
            name='StoreVariant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product_id', models.TextField()),
                ('variant_id', models.TextField()),
                ('sku', models.TextField(blank=True, default='')),
                ('title', models.TextField(blank=True, default='')),
                ('seen_at', models.DateTimeField()),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.marketplace')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.store')),
            ],
            options={
                'db_table': 'store_variant',
            },
        ),
        migrations.CreateModel(
            name='Sweep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('cursor', models.TextField(blank=True, default='')),
                ('pass_started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.store')),
            ],
            options={
                'db_table': 'sweep',
            },
        ),
        migrations.CreateModel(
            name='Vendor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('email', models.TextField(blank=True, default='')),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vendors', to='crossdock.marketplace')),
            ],
            options={
                'db_table': 'vendor',
            },
        ),
        migrations.CreateModel(
            name='VariantLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merchant_product_id', models.TextField()),
                ('merchant_variant_id', models.TextField()),
                ('vendor_product_id', models.TextField()),
                ('vendor_variant_id', models.TextField()),
                ('made_by', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.marketplace')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.vendor')),
            ],
            options={
                'db_table': 'variant_link',
            },
        ),
        migrations.AddField(
            model_name='store',
            name='vendor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stores', to='crossdock.vendor'),
        ),
        migrations.AddField(
            model_name='orderpolicy',
            name='vendor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crossdock.vendor'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField(choices=[('owner', 'Owner'), ('staff', 'Staff'), ('read_only', 'Read Only'), ('vendor_owner', 'Vendor Owner'), ('vendor_staff', 'Vendor Staff')])),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='crossdock.marketplace')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('vendor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crossdock.vendor')),
            ],
            options={
                'db_table': 'membership',
            },
        ),
        migrations.CreateModel(
            name='VendorOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.SmallIntegerField(default=1)),
                ('reference', models.TextField(unique=True)),
                ('state', models.TextField(choices=[('held', 'Held'), ('ready', 'Ready'), ('sending', 'Sending'), ('linked', 'Linked'), ('closed', 'Closed'), ('manual', 'Manual'), ('cancelled', 'Cancelled'), ('rejected', 'Rejected'), ('unknown', 'Unknown')])),
                ('reason', models.TextField(blank=True, default='')),
                ('trace', models.JSONField(default=list)),
                ('words', models.TextField(blank=True, default='')),
                ('sealed', models.BinaryField(null=True)),
                ('digest', models.BinaryField(null=True)),
                ('sent_digest', models.BinaryField(null=True)),
                ('sealed_sent', models.BinaryField(null=True)),
                ('total', models.DecimalField(decimal_places=3, max_digits=20)),
                ('currency', models.TextField()),
                ('quantity', models.IntegerField()),
                ('attempt', models.IntegerField(default=0)),
                ('sending_at', models.DateTimeField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('remote_id', models.TextField(blank=True, default='')),
                ('remote_name', models.TextField(blank=True, default='')),
                ('remote_version', models.BigIntegerField(default=0)),
                ('remote_lines', models.JSONField(default=list)),
                ('wants_cancel', models.BooleanField(default=False)),
                ('cancel_job', models.TextField(blank=True, default='')),
                ('wants_paid', models.BooleanField(default=False)),
                ('remote_paid', models.BooleanField(default=False)),
                ('remote_cancelled_at', models.DateTimeField(null=True)),
                ('read_needed', models.BooleanField(default=False)),
                ('held_by_person', models.BooleanField(default=False)),
                ('released_by_person', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('linked_at', models.DateTimeField(null=True)),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.marketplace')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vendor_orders', to='crossdock.merchantorder')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='crossdock.store')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.vendor')),
            ],
            options={
                'db_table': 'vendor_order',
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.TextField()),
                ('remote_version', models.BigIntegerField(default=0)),
                ('status', models.TextField()),
                ('lines', models.JSONField(default=list)),
                ('tracking', models.JSONField(default=dict)),
                ('shipped_at', models.DateTimeField()),
                ('state', models.TextField(choices=[('ready', 'Ready'), ('sending', 'Sending'), ('linked', 'Linked'), ('cancelled', 'Cancelled'), ('rejected', 'Rejected'), ('unknown', 'Unknown')])),
                ('reason', models.TextField(blank=True, default='')),
                ('words', models.TextField(blank=True, default='')),
                ('merchant_id', models.TextField(blank=True, default='')),
                ('sent_tracking', models.JSONField(null=True)),
                ('attempt', models.IntegerField(default=0)),
                ('sending_at', models.DateTimeField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('linked_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.merchantorder')),
                ('vendor_order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='crossdock.vendororder')),
            ],
            options={
                'db_table': 'parcel',
            },
        ),
        migrations.CreateModel(
            name='Attention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('data', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.TextField(blank=True, default='')),
                ('marketplace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.marketplace')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='crossdock.merchantorder')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='crossdock.store')),
                ('vendor_order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='crossdock.vendororder')),
            ],
            options={
                'db_table': 'attention',
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('store_id', models.BigIntegerField(null=True)),
                ('order_id', models.BigIntegerField(null=True)),
                ('vendor_order_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('who', models.TextField(blank=True, default='')),
                ('what', models.TextField()),
                ('data', models.JSONField(default=dict)),
                ('marketplace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to='crossdock.marketplace')),
            ],
            options={
                'db_table': 'activity',
                'indexes': [models.Index(condition=models.Q(('order_id__isnull', False)), fields=['order_id', 'id'], name='activity_order'), models.Index(fields=['marketplace', '-id'], name='activity_list')],
            },
        ),
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.TextField()),
                ('remote_id', models.TextField()),
                ('data', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='crossdock.store')),
            ],
            options={
                'db_table': 'privacy_request',
                'constraints': [models.UniqueConstraint(fields=('store', 'topic', 'remote_id'), name='privacy_once')],
            },
        ),
        migrations.AddIndex(
            model_name='merchantorder',
            index=models.Index(fields=['marketplace', '-id'], name='merchant_order_list'),
        ),
        migrations.AddIndex(
            model_name='merchantorder',
            index=models.Index(condition=models.Q(('has_unassigned', True)), fields=['marketplace'], name='merchant_order_unassigned'),
        ),
        migrations.AddConstraint(
            model_name='merchantorder',
            constraint=models.UniqueConstraint(fields=('store', 'remote_id'), name='merchant_order_once'),
        ),
        migrations.AddIndex(
            model_name='dirtykey',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['lane', 'priority', 'due_at'], name='dirty_key_due'),
        ),
        migrations.AddConstraint(
            model_name='dirtykey',
            constraint=models.UniqueConstraint(fields=('store', 'kind', 'ref'), name='dirty_key_once'),
        ),
        migrations.AddIndex(
            model_name='storevariant',
            index=models.Index(condition=models.Q(('sku', ''), _negated=True), fields=['marketplace', 'sku'], name='store_variant_sku'),
        ),
        migrations.AddIndex(
            model_name='storevariant',
            index=models.Index(fields=['marketplace', 'title'], name='store_variant_title'),
        ),
        migrations.AddConstraint(
            model_name='storevariant',
            constraint=models.UniqueConstraint(fields=('store', 'variant_id'), name='store_variant_once'),
        ),
        migrations.AddConstraint(
            model_name='sweep',
            constraint=models.UniqueConstraint(fields=('store', 'kind'), name='sweep_once'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=models.UniqueConstraint(fields=('marketplace', 'name'), name='vendor_name_once'),
        ),
        migrations.AddIndex(
            model_name='variantlink',
            index=models.Index(fields=['vendor', 'vendor_variant_id'], name='variant_link_vendor'),
        ),
        migrations.AddConstraint(
            model_name='variantlink',
            constraint=models.UniqueConstraint(fields=('marketplace', 'merchant_variant_id'), name='variant_link_once'),
        ),
        migrations.AddConstraint(
            model_name='store',
            constraint=models.UniqueConstraint(fields=('marketplace', 'platform', 'domain'), name='store_once'),
        ),
        migrations.AddConstraint(
            model_name='store',
            constraint=models.UniqueConstraint(condition=models.Q(('vendor__isnull', True)), fields=('marketplace',), name='one_merchant_store'),
        ),
        migrations.AddConstraint(
            model_name='store',
            constraint=models.UniqueConstraint(fields=('vendor',), name='one_store_per_vendor'),
        ),
        migrations.AddConstraint(
            model_name='orderpolicy',
            constraint=models.UniqueConstraint(fields=('marketplace', 'vendor'), name='policy_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='orderpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('vendor__isnull', False), models.Q(('order_sync__isnull', False), ('override_customer__isnull', False), ('paid_only__isnull', False), ('push_unsynced__isnull', False)), _connector='OR'), name='policy_whole'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'marketplace', 'vendor'), name='membership_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__startswith', 'vendor_'), ('vendor__isnull', False)), models.Q(models.Q(('role__startswith', 'vendor_'), _negated=True), ('vendor__isnull', True)), _connector='OR'), name='membership_vendor_roles'),
        ),
        migrations.AddIndex(
            model_name='vendororder',
            index=models.Index(fields=['marketplace', 'state', '-id'], name='vendor_order_list'),
        ),
        migrations.AddIndex(
            model_name='vendororder',
            index=models.Index(fields=['vendor', '-id'], name='vendor_order_vendor'),
        ),
        migrations.AddConstraint(
            model_name='vendororder',
            constraint=models.UniqueConstraint(fields=('order', 'vendor', 'part'), name='vendor_order_once'),
        ),
        migrations.AddConstraint(
            model_name='vendororder',
            constraint=models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('store', 'remote_id'), name='vendor_order_remote_once'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['order'], name='parcel_order'),
        ),
        migrations.AddConstraint(
            model_name='parcel',
            constraint=models.UniqueConstraint(fields=('vendor_order', 'remote_id'), name='parcel_once'),
        ),
        migrations.AddConstraint(
            model_name='parcel',
            constraint=models.UniqueConstraint(condition=models.Q(('merchant_id', ''), _negated=True), fields=('order', 'merchant_id'), name='parcel_merchant_once'),
        ),
        migrations.AddIndex(
            model_name='attention',
            index=models.Index(fields=['marketplace', '-id'], name='attention_list'),
        ),
        migrations.AddConstraint(
            model_name='attention',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('marketplace', 'store', 'order', 'vendor_order', 'reason'), name='attention_once', nulls_distinct=False),
        ),
    ]
